import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { RuleAnswer } from '#shared/model/api/rule.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { RuleStepDialog, stepName } from './RuleStepDialog.tsx';
import type { RuleStep } from './useRuleStep.ts';
import classes from './detail.module.css';

const NEXT = ['pilot', 'live', 'off'] as const;

/** What this person may do with the rule as a whole. */
export function RuleActions({ rule }: { readonly rule: RuleAnswer }) {
  const { t } = useTexts();
  const may = useMay();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<RuleStep>();
  const mode = rule.mode ?? 'live';
  const steps = NEXT.filter((next) => rule.may.includes(next)).map((next) => ({ step: 'mode', mode: next }) as const);
  const forward = steps.find((step) => step.mode === (mode === 'pilot' ? 'live' : 'pilot') && mode !== 'live');
  const others = steps.filter((step) => step !== forward);
  return (
    <div className={classes.actions} role="group" aria-label={t('rules.rule')}>
      {rule.may.includes('change') && (
        <Button component={Link} to={`/rules/${rule.id}?edit=1`} size="sm" variant={forward ? 'default' : 'filled'}>
          {t('rules.edit')}
        </Button>
      )}
      {forward && (
        <Button size="sm" onClick={() => setAsked(forward)}>
          {stepName(t, forward, mode)}
        </Button>
      )}
      {(others.length > 0 || may('rule.change')) && (
        <Menu>
          <Menu.Target>
            <Button variant="default" size="sm" px={8} aria-label={t('rules.more')}>
              <Icon name="more" size={18} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((step) => (
              <Menu.Item key={step.mode} onClick={() => setAsked(step)}>
                {stepName(t, step, mode)}
              </Menu.Item>
            ))}
            {may('rule.change') && (
              <Menu.Item component={Link} to={`/rules?new=1&from=${rule.id}`}>
                {t('rules.duplicate')}
              </Menu.Item>
            )}
            {rule.may.includes('remove') && (
              <Menu.Item onClick={() => setAsked({ step: 'remove' })}>{t('rules.remove')}</Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      <RuleStepDialog
        step={asked}
        rule={rule}
        mode={mode}
        onClose={() => setAsked(undefined)}
        onDone={asked?.step === 'remove' ? () => void navigate('/rules') : undefined}
      />
    </div>
  );
}
