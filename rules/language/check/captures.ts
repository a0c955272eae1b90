import type { Node, StagePlan, TemplatePart } from '../plan/plan.ts';
import { walk } from '../plan/nodes.ts';

/** Fields and features of each stage's event that are read after the event is gone. */
export class Captures {
  readonly #fields = new Map<string, Set<string>>();
  readonly #features = new Map<string, Set<string>>();

  read(node: Node | undefined): void {
    if (node === undefined) return;
    walk(node, (part) => {
      if (part.op === 'field' || part.op === 'has') this.field(part.scope, part.field);
      else if (part.op === 'finding') this.field(part.scope, 'peer_findings');
      else if (part.op === 'feature') add(this.#features, part.scope, part.feature);
    });
  }

  sentences(parts: readonly TemplatePart[]): void {
    for (const part of parts) if ('value' in part) this.read(part.value);
  }

  field(scope: string, field: string): void {
    add(this.#fields, scope, field);
  }

  of(stage: string): StagePlan['captures'] {
    return {
      fields: [...(this.#fields.get(stage) ?? [])].sort(),
      features: [...(this.#features.get(stage) ?? [])].sort(),
    };
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  let set = map.get(key);
  if (set === undefined) map.set(key, (set = new Set()));
  set.add(value);
}
