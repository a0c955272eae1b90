import { runRulesCommand, terminalIo } from '@yujing/rules';

export function runRules(argv: readonly string[]): Promise<number> {
  return runRulesCommand([...argv], terminalIo());
}
