/** Every benchmark there is, in the order of the page. */
import { auditScenario } from './audit/audit-scenario.ts';
import { emitScenario } from './emit/emit-scenario.ts';
import { forwardScenario } from './forward/forward-scenario.ts';
import { kafkaScenario } from './forward/kafka-scenario.ts';
import { processesScenario } from './processes/processes-scenario.ts';
import { redactionScenario } from './redaction/redaction-scenario.ts';
import { requestScenario } from './request/request-scenario.ts';
import { rotationScenario } from './rotation/rotation-scenario.ts';
import type { Scenario } from './scenario.ts';
import { startUpScenario } from './start-up/start-up-scenario.ts';
import { verifyScenario } from './verify/verify-scenario.ts';

export const scenarios: readonly Scenario[] = [
  emitScenario,
  processesScenario,
  auditScenario,
  verifyScenario,
  rotationScenario,
  redactionScenario,
  requestScenario,
  startUpScenario,
  forwardScenario,
  kafkaScenario,
];
