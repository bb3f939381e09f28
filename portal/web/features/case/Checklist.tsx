import { Checkbox } from '@mantine/core';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useCaseStep } from '#portal/web/ui/case/useCaseStep.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import classes from './case.module.css';

/** What to go through, with who has done it. */
export function Checklist({ item }: { readonly item: CaseAnswer }) {
  const { t, language } = useTexts();
  const step = useCaseStep();
  const done = item.checklist.filter(({ doneAt }) => doneAt !== null).length;
  return (
    <section className={classes.panel}>
      <header className={classes.panelHead}>
        <h2>{t('case.checklist')}</h2>
        <span className={classes.muted}>{t('case.checklistDone', { done, count: item.checklist.length })}</span>
      </header>
      <ul className={classes.checklist}>
        {item.checklist.map((entry) => (
          <li key={entry.item}>
            <Checkbox
              className={classes.tick}
              checked={entry.doneAt !== null}
              disabled={!item.may.includes('checklist') || step.isPending}
              onChange={(event) =>
                step.mutate({
                  step: 'checklist',
                  body: { item: entry.item, done: event.currentTarget.checked },
                  case: item,
                })
              }
              label={textOr(entry.text, language, '')}
            />
            {entry.doneAt !== null && (
              <span className={classes.muted}>
                {entry.doneBy && t('case.checkedBy', { name: entry.doneBy.name })}{' '}
                <At at={entry.doneAt} form="dateTime" />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
