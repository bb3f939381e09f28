import type { TFunction } from 'i18next';
import { ApiProblem } from '#portal/web/api/problem.ts';

/** Why something did not work, for a person: what the server says is for those who integrate with it, and in English. */
export function problemText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiProblem)) return t('problem.here');
  if (error.errors.length > 0) return [t('problem.invalid'), ...error.errors.map(({ message }) => message)].join(' ');
  switch (error.status) {
    case 0:
      return t('problem.noAnswer');
    case 403:
      return t('panel.forbiddenHint');
    case 404:
      return t('panel.goneHint');
    case 409:
      return t('problem.changed');
    case 429:
      return t('problem.tooMany');
    case 503:
      return t('problem.unavailable');
    default:
      return error.status >= 500 ? t('problem.there') : [t('problem.invalid'), error.message].join(' ');
  }
}
