/** What a change of the configuration does to a standing alarm, in one word. */
import type { Ended } from '#shared/model/reason.ts';
import type { MachinePlan, Program } from './compile.ts';
import type { Profile, RulePlan } from './profile.ts';

/**
 * Why the alarm of `rule`, which stands on a machine with `profile`, ends under the program that holds from now on; undefined
 * where the rule decides as before: then the alarm goes on.
 */
export function endedBy(
  rule: RulePlan,
  profile: Profile,
  after: { readonly program: Program; readonly plan: MachinePlan | undefined },
): Ended | undefined {
  const { program, plan } = after;
  if (!plan) return 'machine-removed';
  const now = plan.profile.rules[plan.profile.rulePlaces.get(rule.id) ?? -1];
  if (!now) return withdrawn(rule, profile, { program, plan });
  if (now.fingerprint === rule.fingerprint) return undefined;
  const [then, from] = [rule.basis, now.basis];
  if (then.mode !== from.mode) return from.mode === 'pilot' ? 'rule-pilot' : 'rule-live';
  if (then.says !== from.says) return 'rule-changed';
  return then.tolerances === from.tolerances ? 'sensor-changed' : 'tolerance-changed';
}

/** The rule is not watched on the machine any more. */
function withdrawn(
  rule: RulePlan,
  profile: Profile,
  { program, plan }: { readonly program: Program; readonly plan: MachinePlan },
): Ended {
  const mode = program.modes.get(rule.id);
  if (mode === undefined) return 'rule-removed';
  if (mode === 'off') return 'rule-off';
  const gone = rule.sensors.some((place) => !plan.profile.places.has(profile.sensors[place]?.sensor.id ?? ''));
  return gone ? 'sensor-removed' : 'rule-out-of-scope';
}
