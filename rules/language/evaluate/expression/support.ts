import type { FeedKind } from '@yujing/schemas';
import type { FeaturePlan, Node } from '../../plan/plan.ts';
import type { Frame } from '../frame.ts';
import { TRUE } from '../frame.ts';
import type { Compiler } from './expression.ts';
import { walk } from './walk.ts';

/** Adds the kinds of evidence that made a condition true. Called only when it is. */
export type Support = (frame: Frame, feeds: Set<FeedKind>) => void;

/** Fields in which a source itself says that the other party stands on a list. */
const LIST_FIELDS = new Set(['peer_list_hits', 'payee_list_hits']);

/**
 * Of an `or` only the alternatives that hold count; what is absent (`!`) is no evidence; a feature counts as its feed when it
 * counted something, so "no family call" adds no call.
 */
export function compileSupport(
  node: Node | undefined,
  compiler: Compiler,
  features: ReadonlyMap<string, FeaturePlan>,
): Support {
  if (node === undefined) return () => {};
  const of = (part: Node): Support => compileSupport(part, compiler, features);
  if (node.op === 'and') {
    const parts = node.arguments.map(of);
    return (frame, feeds) => {
      for (const part of parts) part(frame, feeds);
    };
  }
  if (node.op === 'or') {
    const parts = node.arguments.map((part) => ({ holds: compiler.condition(part), support: of(part) }));
    return (frame, feeds) => {
      for (const part of parts) if (part.holds(frame) === TRUE) part.support(frame, feeds);
    };
  }
  if (node.op === 'not') return () => {};
  if (node.op === 'conditional') {
    const test = compiler.condition(node.test);
    const then = of(node.then);
    const otherwise = of(node.otherwise);
    return (frame, feeds) => (test(frame) === TRUE ? then(frame, feeds) : otherwise(frame, feeds));
  }
  return atomSupport(node, compiler, features);
}

/** Of `a > b` only a speaks: that b was small is no evidence of its feed. */
function telling(atom: Node): Node {
  if (atom.op !== 'compare') return atom;
  if (atom.comparison === '>' || atom.comparison === '>=') return atom.left;
  return atom.comparison === '<' || atom.comparison === '<=' ? atom.right : atom;
}

function atomSupport(atom: Node, compiler: Compiler, features: ReadonlyMap<string, FeaturePlan>): Support {
  const parts: Support[] = [];
  walk(telling(atom), (node) => {
    if (node.op === 'member' || (node.op === 'field' && LIST_FIELDS.has(node.field))) {
      parts.push((_frame, feeds) => feeds.add('list'));
    } else if (node.op === 'feature') {
      const feature = features.get(node.feature);
      if (feature === undefined || feature.aggregate === 'last_distinct') return;
      const value = compiler.numeric(node);
      const feed = feature.on;
      parts.push((frame, feeds) => {
        if (value(frame) > 0) feeds.add(feed);
      });
    }
  });
  return (frame, feeds) => {
    for (const part of parts) part(frame, feeds);
  };
}
