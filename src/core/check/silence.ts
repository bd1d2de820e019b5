import type { Policy } from '../model/policy.ts';
import type { Draft } from './rule.ts';

/**
 * Takes out what the policy ignores. A finding about several places stays for those that are not ignored, and is then
 * told of the first of them.
 */
export function silence(drafts: readonly Draft[], ignored: Policy['ignore']): Draft[] {
  if (ignored.length === 0) return [...drafts];
  return drafts.flatMap((one) => {
    const rules = ignored.filter(({ code }) => code === one.code).map(({ placement }) => globOf(placement));
    const [placement, ...also] = [one.placement, ...(one.also ?? [])].filter(
      (place) => !rules.some((rule) => rule.test(place)),
    );
    if (placement === undefined) return [];
    const { also: _, ...rest } = one;
    return [{ ...rest, placement, ...(also.length > 0 && { also }) }];
  });
}

/** `*` stands for any text, a slash included. */
function globOf(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
