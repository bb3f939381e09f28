import { CloseButton, Menu, Select, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useState } from 'react';
import { SEVERITIES } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import { customers, people } from '#portal/web/api/queries.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { FILTERS, type Filter, type InboxView, SORTS } from './view.ts';
import classes from './inbox.module.css';

const SORT_TEXT = { urgency: 'sortUrgency', last: 'sortLast', opened: 'sortOpened', number: 'sortNumber' } as const;
const FILTER_TEXT = {
  severity: 'filterSeverity',
  customer: 'filterCustomer',
  machine: 'filterMachine',
  owner: 'filterOwner',
  q: 'search',
} as const;

interface FiltersProps {
  readonly view: InboxView;
  readonly onChange: (change: { readonly [K in keyof InboxView]?: InboxView[K] | undefined }) => void;
  readonly searchRef: RefObject<HTMLInputElement | null>;
}

/** Search, sorting, and the filters that hold now as tokens; each is in the address. */
export function Filters({ view, onChange, searchRef }: FiltersProps) {
  const { t } = useTexts();
  const choices = useChoices();
  const [text, setText] = useState(view.q ?? '');
  const [before, setBefore] = useState(view.q);
  if (before !== view.q) {
    setBefore(view.q);
    setText(view.q ?? '');
  }
  const search = useDebouncedCallback((q: string) => onChange({ q: q.trim() || undefined }), 250);
  const type = (q: string): void => {
    setText(q);
    search(q);
  };
  const set = FILTERS.filter((filter) => filter !== 'q' && view[filter] !== undefined);
  return (
    <div className={classes.filters}>
      <div className={classes.filterRow}>
        <TextInput
          ref={searchRef}
          className={classes.search}
          size="xs"
          aria-label={t('inbox.search')}
          placeholder={t('inbox.searchShort')}
          title={t('inbox.search')}
          leftSection={<Icon name="search" size={15} />}
          rightSection={
            text !== '' && <CloseButton size="xs" aria-label={t('common.clear')} onClick={() => type('')} />
          }
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
        />
        <Select
          className={classes.sort}
          size="xs"
          aria-label={t('inbox.sort')}
          data={SORTS.map((value) => ({ value, label: t(`inbox.${SORT_TEXT[value]}`) }))}
          value={view.sort}
          onChange={(value) => onChange({ sort: SORTS.find((each) => each === value) ?? 'urgency' })}
          allowDeselect={false}
        />
        <Menu position="bottom-end" width={230}>
          <Menu.Target>
            <UnstyledButton className={classes.add}>
              <Icon name="plus" size={14} /> {t('inbox.addFilter')}
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown mah={380} style={{ overflow: 'auto' }}>
            {choices.map(({ filter, options }) => (
              <div key={filter}>
                <Menu.Label>{t(`inbox.${FILTER_TEXT[filter]}`)}</Menu.Label>
                {options.map(({ value, label }) => (
                  <Menu.Item key={value} onClick={() => onChange({ [filter]: value })}>
                    {label}
                  </Menu.Item>
                ))}
              </div>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      {set.length > 0 && (
        <ul className={classes.tokens}>
          {set.map((filter) => {
            const value = view[filter] ?? '';
            const label =
              choices.find((each) => each.filter === filter)?.options.find((each) => each.value === value)?.label ??
              value;
            return (
              <li key={filter} className={classes.token}>
                {t(`inbox.${FILTER_TEXT[filter]}`)}: {label}
                <CloseButton
                  size="xs"
                  aria-label={t('inbox.removeFilter', { name: label })}
                  onClick={() => onChange({ [filter]: undefined })}
                />
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

interface Choice {
  readonly filter: Exclude<Filter, 'q' | 'machine'>;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** What can be filtered by: machines come from the machine's own page. */
function useChoices(): readonly Choice[] {
  const { t, language } = useTexts();
  const may = useMay();
  const known = useQuery({ ...customers, enabled: may('customer.see') });
  const team = useQuery({ ...people, enabled: may('case.work') });
  return [
    { filter: 'severity', options: SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) })) },
    ...(may('case.internal')
      ? [
          {
            filter: 'owner' as const,
            options: [
              { value: 'me', label: t('inbox.ownerMe') },
              { value: 'none', label: t('inbox.ownerNone') },
              ...(team.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ],
          },
        ]
      : []),
    ...(known.data
      ? [
          {
            filter: 'customer' as const,
            options: known.data.items.map(({ id, name }) => ({ value: id, label: textOr(name as Text, language, id) })),
          },
        ]
      : []),
  ];
}
