import type { CaseListItem } from '#shared/model/api/case.ts';
import { useIsStaff } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { textOr } from '#portal/web/ui/names.ts';

type Titled = Pick<CaseListItem, 'title' | 'severity' | 'component' | 'componentName' | 'machine' | 'machineName'>;

/** What a case is called: for staff the breach in numbers, for customers the part and what it means. */
export function useCaseTitle(): (item: Titled) => string {
  const { t, language } = useTexts();
  const staff = useIsStaff();
  return (item) => {
    if (staff) return textOr(item.title, language, t(`severity.${item.severity}`));
    const machine = textOr(item.machineName, language, item.machine);
    const part = item.component === null ? machine : textOr(item.componentName, language, item.component);
    return `${part}: ${t(`severity.${item.severity}`)}`;
  };
}
