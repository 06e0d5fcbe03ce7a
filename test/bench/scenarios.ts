/** Every benchmark there is, in the order of the page. */
import { emitScenario } from './emit/emit-scenario.ts';
import { requestScenario } from './request/request-scenario.ts';
import type { Scenario } from './scenario.ts';
import { startUpScenario } from './start-up/start-up-scenario.ts';

export const scenarios: readonly Scenario[] = [emitScenario, requestScenario, startUpScenario];
