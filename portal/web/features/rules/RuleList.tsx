import { CloseButton, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { RuleAnswer } from '#shared/model/api/rule.ts';
import type { Mode } from '#shared/model/rule.ts';
import { rules } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ModeChip } from '#portal/web/ui/badges/Chip.tsx';
import { SeverityBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { count } from '#portal/web/ui/format/number.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { RowLink } from '#portal/web/ui/RowLink.tsx';
import { RuleSentence } from './RuleSentence.tsx';
import classes from './rules.module.css';

const MODES: readonly Mode[] = ['live', 'pilot', 'off'];

/** All rules: what each watches in words, how severe, whether it is live, and what stands because of it. */
export function RuleList() {
  const { t, language } = useTexts();
  const asked = useQuery(rules);
  const [text, setText] = useState('');
  const [mode, setMode] = useState<Mode>();
  const search = useRef<HTMLInputElement>(null);
  useShortcuts({ search: () => search.current?.focus() });
  const fits = (rule: RuleAnswer): boolean =>
    (mode === undefined || (rule.mode ?? 'live') === mode) &&
    `${rule.id} ${textOr(rule.title, language, '')}`
      .toLocaleLowerCase(language)
      .includes(text.trim().toLocaleLowerCase(language));
  return (
    <>
      <div className={classes.toolbar}>
        <TextInput
          ref={search}
          className={classes.search}
          aria-label={t('rules.search')}
          placeholder={t('rules.search')}
          leftSection={<Icon name="search" size={16} />}
          rightSection={
            text !== '' && <CloseButton size="sm" aria-label={t('common.clear')} onClick={() => setText('')} />
          }
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          aria-label={t('rules.mode')}
          data={[{ value: '', label: t('rules.all') }, ...MODES.map((value) => ({ value, label: t(`mode.${value}`) }))]}
          value={mode ?? ''}
          onChange={(value) => setMode(MODES.find((each) => each === value))}
          allowDeselect={false}
        />
      </div>
      <Panel
        label={t('rules.list')}
        asked={asked}
        lines={8}
        empty={{
          when: ({ items }) => items.filter(fits).length === 0,
          title: asked.data?.items.length === 0 ? t('rules.empty') : t('rules.emptyFilter'),
          ...(asked.data?.items.length === 0 ? { hint: t('rules.emptyHint') } : {}),
        }}
      >
        {({ items }) => (
          <ul className={classes.list}>
            {items.filter(fits).map((item) => (
              <RuleLine key={item.id} item={item} />
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}

function RuleLine({ item }: { readonly item: RuleAnswer }) {
  const { t, language } = useTexts();
  return (
    <li className={classes.line}>
      <div className={classes.severity}>
        <SeverityBadge severity={item.severity} form="short" />
      </div>
      <div className={classes.body}>
        <div className={classes.head}>
          <RowLink to={`/rules/${item.id}`} className={classes.link}>
            {textOr(item.title, language, item.id)}
          </RowLink>
          <ModeChip mode={item.mode ?? 'live'} />
          <span className={classes.muted}>{t('case.version', { version: item.version })}</span>
        </div>
        <p className={classes.words}>
          <RuleSentence rule={item} example={item.example} />
        </p>
        {item.dormant !== null && <p className={classes.dormant}>{t('rules.dormant', { why: item.dormant })}</p>}
      </div>
      <dl className={classes.numbers}>
        <div>
          <dt>{t('rules.machines')}</dt>
          <dd>{count(language, item.machines)}</dd>
        </div>
        <div data-standing={item.standing > 0 || undefined}>
          <dt>{t('rules.standing')}</dt>
          <dd>{count(language, item.standing)}</dd>
        </div>
      </dl>
    </li>
  );
}
