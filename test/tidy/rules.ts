/**
 * The house style as far as a machine can see it. One row a rule, each with snippets that break and keep it, so that the
 * rules are tested as strictly as the code. Dead files and dead exports are knip's, what a linter knows is oxlint's.
 */
import { importRules } from './import-rules.ts';
import { namingRules } from './naming-rules.ts';
import type { Rule } from './rule.ts';
import { wordingRules } from './wording-rules.ts';

export const rules: readonly Rule[] = [...namingRules, ...importRules, ...wordingRules];
