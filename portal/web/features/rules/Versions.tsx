import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PlantAnswer, RuleAnswer, RuleVersionAnswer } from '#shared/model/api/rule.ts';
import { ruleVersions } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Chip, ModeChip } from '#portal/web/ui/badges/Chip.tsx';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { ByWhom } from './ByWhom.tsx';
import { Comparison } from './Comparison.tsx';
import { RuleStepDialog } from './RuleStepDialog.tsx';
import classes from './detail.module.css';

interface VersionsProps {
  readonly rule: RuleAnswer;
  readonly plant: PlantAnswer;
}

/** How the rule came to be so: each version by whom, why, and what it changed; any of them can be brought back. */
export function Versions({ rule, plant }: VersionsProps) {
  const { t } = useTexts();
  const asked = useQuery(ruleVersions(rule.id));
  const [back, setBack] = useState<number>();
  return (
    <>
      <Panel title={t('rules.versions')} asked={asked} lines={3}>
        {({ items }) => (
          <ol className={classes.list}>
            {items.map((version, i) => (
              <Version
                key={version.version}
                version={version}
                before={items[i + 1]}
                current={version.version === rule.version}
                plant={plant}
                onRestore={rule.may.includes('rollback') ? () => setBack(version.version) : undefined}
              />
            ))}
          </ol>
        )}
      </Panel>
      <RuleStepDialog
        step={back === undefined ? undefined : { step: 'rollback', version: back }}
        rule={rule}
        mode={rule.mode ?? 'live'}
        onClose={() => setBack(undefined)}
      />
    </>
  );
}

interface VersionProps {
  readonly version: RuleVersionAnswer;
  readonly before: RuleVersionAnswer | undefined;
  readonly current: boolean;
  readonly plant: PlantAnswer;
  readonly onRestore: (() => void) | undefined;
}

function Version({ version, before, current, plant, onRestore }: VersionProps) {
  const { t } = useTexts();
  const [shown, setShown] = useState(false);
  const { rule } = version;
  return (
    <li className={classes.version}>
      <div className={classes.versionHead}>
        <strong>{t('case.version', { version: version.version })}</strong>
        {rule && <ModeChip mode={rule.mode ?? 'live'} />}
        {current && <Chip>{t('rules.version.current')}</Chip>}
        <span>
          <At at={version.at} form="dateTime" />
          <ByWhom {...version} />
        </span>
        <span className={classes.spacer} />
        {rule === null ? (
          <span className={classes.muted}>{t('rules.version.gone')}</span>
        ) : before === undefined ? (
          <span className={classes.muted}>{t('rules.version.first')}</span>
        ) : (
          <Button size="compact-sm" variant="subtle" aria-expanded={shown} onClick={() => setShown(!shown)}>
            {t(shown ? 'rules.version.hide' : 'rules.version.show')}
          </Button>
        )}
        {!current && rule !== null && onRestore && (
          <Button size="compact-sm" variant="default" onClick={onRestore}>
            {t('rules.version.restore')}
          </Button>
        )}
      </div>
      {shown && rule && before && <Comparison before={before} after={{ ...version, rule }} plant={plant} />}
    </li>
  );
}
