import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import type { RuleAnswer } from '#shared/model/api/rule.ts';
import { ruleOf } from '#shared/model/rule-beside.ts';
import { plant, rules } from '#portal/web/api/queries.ts';
import { ApiProblem } from '#portal/web/api/problem.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { type Asked, Empty, Panel } from '#portal/web/ui/panel/Panel.tsx';
import { both } from './asked.ts';
import { Desk } from './Desk.tsx';
import { copyOf, NEW_RULE } from './writing.ts';
import classes from './editor.module.css';

interface RuleEditorProps {
  /** The rule that is changed; undefined: a new one is written. */
  readonly id: string | undefined;
  /** The rule a new one begins as a copy of. */
  readonly from: string | undefined;
}

/** A rule is written: as a sentence and as YAML, and tried on the past while that is done. */
export function RuleEditor({ id, from }: RuleEditorProps) {
  const { t } = useTexts();
  const may = useMay();
  const asked = both(useQuery(rules), useQuery(plant));
  const wanted = id ?? from;
  // Once it was there, what is being written stays, even if somebody deletes the rule meanwhile.
  const [known, setKnown] = useState(wanted === undefined);
  if (!known && asked.data?.[0].some((rule) => rule.id === wanted)) setKnown(true);
  return (
    <>
      <Link to={id === undefined ? '/rules' : `/rules/${id}`} className={classes.backLink}>
        <Icon name="back" size={16} /> {t(id === undefined ? 'rules.title' : 'rules.edited.back')}
      </Link>
      {may('rule.change') ? (
        <Panel label={t('rules.rule')} asked={known ? asked : notFound(asked, wanted)} bare lines={8}>
          {([all, about]) => <Begin all={all} about={about} id={id} from={from} />}
        </Panel>
      ) : (
        <>
          <PageHead title={t('rules.newTitle')} />
          <Empty title={t('panel.forbidden')} hint={t('rules.edited.forbidden')} />
        </>
      )}
    </>
  );
}

type Known = readonly [readonly RuleAnswer[], Parameters<typeof Desk>[0]['plant']];

/** All was read, and the rule is not in it. */
function notFound(asked: Asked<Known>, id: string | undefined): Asked<Known> {
  if (!asked.data) return asked;
  return { ...asked, data: undefined, error: new ApiProblem(404, 'not found', id ?? '', {}) };
}

function Begin({ all, about, id, from }: RuleEditorProps & { readonly all: Known[0]; readonly about: Known[1] }) {
  const { t } = useTexts();
  const taken = useMemo(() => new Set(all.map((rule) => rule.id)), [all]);
  const base = all.find((rule) => rule.id === id);
  const copied = all.find((rule) => rule.id === from);
  const draft = base
    ? ruleOf(base)
    : copied
      ? copyOf(ruleOf(copied), (title) => t('rules.copyOf', { title }), taken)
      : NEW_RULE;
  return <Desk base={base} start={draft} taken={taken} plant={about} />;
}
