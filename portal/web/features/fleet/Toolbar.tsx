import { CloseButton, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type RefObject, useState } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { type FleetView, GROUPS, SORTS } from './view.ts';
import classes from './fleet.module.css';

const SORT_TEXT = { severity: 'sortSeverity', tier: 'sortTier', since: 'sortSince', name: 'sortName' } as const;
const GROUP_TEXT = { none: 'groupNone', customer: 'groupCustomer', site: 'groupSite', model: 'groupModel' } as const;

interface ToolbarProps {
  readonly view: FleetView;
  readonly onChange: (change: Partial<FleetView>) => void;
  readonly searchRef: RefObject<HTMLInputElement | null>;
}

export function Toolbar({ view, onChange, searchRef }: ToolbarProps) {
  const { t } = useTexts();
  const [text, setText] = useState(view.q);
  const [before, setBefore] = useState(view.q);
  if (before !== view.q) {
    setBefore(view.q);
    setText(view.q);
  }
  const search = useDebouncedCallback((q: string) => onChange({ q: q.trim() }), 250);
  const type = (q: string): void => {
    setText(q);
    search(q);
  };
  return (
    <div className={classes.toolbar}>
      <TextInput
        ref={searchRef}
        className={classes.search}
        aria-label={t('fleet.search')}
        placeholder={t('fleet.search')}
        leftSection={<Icon name="search" size={16} />}
        rightSection={text !== '' && <CloseButton size="sm" aria-label={t('common.clear')} onClick={() => type('')} />}
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        size="sm"
      />
      <Select
        className={classes.choice}
        aria-label={t('fleet.sort')}
        leftSection={<span className={classes.prefix}>{t('fleet.sortShort')}</span>}
        leftSectionWidth={76}
        data={SORTS.map((value) => ({ value, label: t(`fleet.${SORT_TEXT[value]}`) }))}
        value={view.sort}
        onChange={(value) => onChange({ sort: SORTS.find((each) => each === value) ?? 'severity' })}
        allowDeselect={false}
        size="sm"
      />
      <Select
        className={classes.choice}
        aria-label={t('fleet.group')}
        leftSection={<span className={classes.prefix}>{t('fleet.groupShort')}</span>}
        leftSectionWidth={76}
        data={GROUPS.map((value) => ({ value, label: t(`fleet.${GROUP_TEXT[value]}`) }))}
        value={view.group}
        onChange={(value) => onChange({ group: GROUPS.find((each) => each === value) ?? 'none' })}
        allowDeselect={false}
        size="sm"
      />
    </div>
  );
}
