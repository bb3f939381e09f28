import type { TFunction } from 'i18next';
import type { CaseListItem } from '#shared/model/api/case.ts';
import type { Language } from '#portal/web/i18n/language.ts';
import { textOr } from '#portal/web/ui/names.ts';

type Titled = Pick<CaseListItem, 'title' | 'severity' | 'component' | 'componentName' | 'machine' | 'machineName'>;

/** What a case is called: for staff the breach in numbers, for customers the part and what it means for it. */
export function caseTitle(t: TFunction, language: Language, item: Titled, forCustomer: boolean): string {
  const means = t(`severity.${item.severity}`);
  if (!forCustomer) return textOr(item.title, language, means);
  const machine = textOr(item.machineName, language, item.machine);
  return `${item.component === null ? machine : textOr(item.componentName, language, item.component)}: ${means}`;
}
