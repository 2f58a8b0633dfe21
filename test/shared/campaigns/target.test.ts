import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, TargetStatus } from '../../../shared/campaigns/target.ts';
import type { DeliveryStatus } from '../../../shared/platform/sms/sms-provider.ts';

const reports = ['sent', 'delivered', 'undelivered', 'failed'] as const;
const report = fc.constantFrom(...reports);
const standing = fc.constantFrom(...TargetStatus.options);

describe('a status only moves forward', () => {
  test.each([
    ['sending', 'sent', 'sent'],
    ['sending', 'delivered', 'delivered'],
    ['unknown', 'sent', 'sent'],
    ['delivered', 'sent', 'delivered'],
    ['undelivered', 'delivered', 'delivered'],
    ['failed', 'delivered', 'failed'],
    ['delivered', 'undelivered', 'delivered'],
    ['blocked', 'delivered', 'blocked'],
  ] as const)('%s, told %s, is %s', (from, told, to) => {
    expect(advance(from, told)).toBe(to);
  });

  test('a report that comes again changes nothing', () => {
    fc.assert(
      fc.property(standing, report, (from, told) => {
        const once = advance(from, told);
        expect(advance(once, told)).toBe(once);
      }),
    );
  });

  test('sent and delivered end as delivered in whatever order and however often they come', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray<DeliveryStatus>(['sent', 'sent', 'delivered', 'delivered'], { minLength: 4 }),
        (told) => {
          expect(told.reduce<TargetStatus>(advance, 'sending')).toBe('delivered');
        },
      ),
    );
  });
});
