import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind, Runtime } from '../runtime.ts';
import { nextTime } from '../schedules/schedule-expression.ts';
import { scheduledEvent } from '../schedules/scheduled-event.ts';
import { startTimer } from '../schedules/timer.ts';
import { physicalName } from './physical-name.ts';

const Target = z.strictObject({
  Arn: z.string().regex(/^arn:aws[\w-]*:lambda:/, 'only functions are targets locally'),
  Id: z.string(),
  Input: z.string().optional(),
  // What EventBridge does when it can't deliver; a local delivery that is refused is logged.
  RetryPolicy: z.unknown().optional(),
  DeadLetterConfig: z.unknown().optional(),
});
type Target = z.infer<typeof Target>;
const Properties = z.object({
  ScheduleExpression: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(Target).min(1),
});

const arnOf = (name: string, { region, account }: Runtime) => `arn:aws:events:${region}:${account}:rule/${name}`;

/**
 * Rules that run by the clock: rate(…) and cron(…). A failed target is logged and not tried again before the next
 * time. Rules on event patterns have no kind here.
 */
export const eventsRule: ResourceKind = {
  type: 'AWS::Events::Rule',
  properties: ['Name', 'Description', 'ScheduleExpression', 'State', 'Targets', 'Tags'],
  identify(resource, runtime) {
    const name = physicalName(resource, 'Name', 64);
    return { ref: name, attributes: { Arn: arnOf(name, runtime) } };
  },
  start({ logicalId, stack, properties }: Resource, runtime: LocalRuntime) {
    const { ScheduleExpression, State, Targets } = Properties.parse(properties);
    const name = physicalName({ logicalId, stack, raw: properties }, 'Name', 64);
    const fire = async () => {
      await Promise.all(Targets.map((target) => deliver(target, arnOf(name, runtime), name, runtime)));
    };
    const next = nextTime(ScheduleExpression);
    runtime.schedules.set(name, { name, expression: ScheduleExpression, fire });
    if (State === 'ENABLED' && runtime.automaticSchedules) startTimer(next, fire, runtime);
  },
};

async function deliver(target: Target, ruleArn: string, name: string, runtime: Runtime): Promise<void> {
  const event: unknown =
    target.Input === undefined ? scheduledEvent(ruleArn, new Date(), runtime) : JSON.parse(target.Input);
  const invoker = { kind: 'service', principal: 'events.amazonaws.com', sourceArn: ruleArn } as const;
  const outcome = await runtime.invoke(target.Arn, event, invoker);
  if (outcome.ok || runtime.stopping.aborted) return;
  const { errorType, errorMessage } = outcome;
  runtime.log({ level: 'error', source: `schedule/${name}`, message: 'The target failed', errorType, errorMessage });
}
