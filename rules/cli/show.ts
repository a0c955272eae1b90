import { compile, walk, nodesOf, type FeaturePlan, type RulePlan, type RuleSetPlan } from '../language/index.ts';
import { UsageError, type Arguments, type Flag } from './arguments.ts';
import { collect } from './files.ts';
import type { CommandIo } from './io.ts';
import { paint } from './print.ts';

export const SHOW_FLAGS: readonly Flag[] = [
  { name: 'json', about: 'print JSON: the compiled plan' },
  { name: 'rule', value: 'ID', about: 'one rule, with its stages and what it reads' },
  { name: 'alone', about: 'do not read the shared features and lists of the shipped packs' },
];

/** `rules show`: what the rules compile to. */
export function showCommand(args: Arguments, io: CommandIo): number {
  const { files, asked } = collect(args.paths, io.cwd, args.switches.has('alone'));
  const { plan, problems } = compile(files, { today: io.today });
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const wanted = args.values.get('rule');
  const rules = plan.rules.filter((rule) => asked.has(rule.file) && (wanted === undefined || wanted.includes(rule.id)));
  if (wanted !== undefined && rules.length === 0) throw new UsageError(`there is no sound rule ${wanted.join(', ')}`);
  if (args.switches.has('json'))
    io.write(`${JSON.stringify(wanted === undefined ? { ...plan, rules } : rules, undefined, 2)}\n`);
  else if (wanted === undefined) io.write(overview(rules, plan));
  else for (const rule of rules) io.write(detail(io, rule, plan));
  if (errors > 0) io.error(`${errors} errors; \`rules lint\` shows them\n`);
  return errors > 0 ? 1 : 0;
}

function levelsOf(rule: RulePlan): string {
  if (rule.about === 'counterparty') return 'finding';
  const levels = [...rule.stages.map((stage) => stage.level), ...rule.bands.map((band) => band.level)].filter(
    (level) => level !== undefined,
  );
  return [...new Set(levels)].join(', ');
}

function overview(rules: readonly RulePlan[], plan: RuleSetPlan): string {
  const widest = Math.max(4, ...rules.map((rule) => rule.id.length));
  const lines = rules.map(
    (rule) => `${rule.id.padEnd(widest)}  v${rule.version}  ${rule.status.padEnd(7)}  ${rule.hash}  ${levelsOf(rule)}`,
  );
  const shared = plan.features.map((feature) => `  ${feature.name}  ${feature.id}  kept in ${feature.place}`);
  return `${lines.join('\n')}\n\n${plan.features.length} features\n${shared.join('\n')}\n\nrule set ${plan.hash}\n`;
}

function detail(io: CommandIo, rule: RulePlan, plan: RuleSetPlan): string {
  const lines = [
    paint(io, 'bold', `${rule.id}@${rule.version}#${rule.hash}`),
    `  ${rule.title.zh}`,
    `  ${rule.title.en}`,
    `  ${rule.status}, ${rule.scam_type}, ${rule.file}`,
  ];
  for (const stage of rule.stages) {
    const parts = [`on ${stage.on}`];
    if (stage.times > 1)
      parts.push(`${stage.times} times${stage.distinct === undefined ? '' : ` by ${stage.distinct}`}`);
    if (stage.after_ms !== undefined) parts.push(`after ${stage.after_ms / 1000}s`);
    if (stage.absent.length > 0) parts.push(`unless ${stage.absent.map((absent) => absent.on).join(', ')}`);
    if (stage.level !== undefined) parts.push(stage.level);
    lines.push(`  ${stage.id === '' ? 'event' : stage.id}: ${parts.join(', ')}`);
  }
  lines.push(`  within ${rule.within_ms / 1000}s, ${rule.tests.length} tests`);
  for (const feature of featuresOf(rule, plan))
    lines.push(
      `  reads ${feature.name} (${feature.aggregate} on ${feature.on}, ${feature.window_ms / 1000}s, kept in ${feature.place})`,
    );
  return `${lines.join('\n')}\n`;
}

function featuresOf(rule: RulePlan, plan: RuleSetPlan): FeaturePlan[] {
  const ids = new Set<string>();
  for (const node of nodesOf(rule)) walk(node, (part) => part.op === 'feature' && ids.add(part.feature));
  return plan.features.filter((feature) => ids.has(feature.id));
}
