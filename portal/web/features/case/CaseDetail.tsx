import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import { serviceCase } from '#portal/web/api/queries.ts';
import { useIsStaff } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { useNames } from '#portal/web/ui/why/names.ts';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { Actions } from './Actions.tsx';
import { AlarmList } from './AlarmList.tsx';
import { Related, Similar } from './Beside.tsx';
import { Checklist } from './Checklist.tsx';
import { CommentForm } from './CommentForm.tsx';
import { Head } from './Head.tsx';
import { leading } from './leading.ts';
import { Outcome } from './Outcome.tsx';
import { Timeline } from './Timeline.tsx';
import { WhyPanel } from './WhyPanel.tsx';
import classes from './case.module.css';

interface CaseDetailProps {
  readonly id: string;
  /** It stands beside the list: the page has its heading already. */
  readonly beside?: boolean;
  /** Where the list is, where it is not beside. */
  readonly back?: string;
}

export function CaseDetail({ id, beside = false, back }: CaseDetailProps) {
  const { t } = useTexts();
  const asked = useQuery(serviceCase(id));
  return (
    <>
      {back !== undefined && (
        <Link to={back} className={classes.back}>
          <Icon name="back" size={16} /> {t('inbox.backToList')}
        </Link>
      )}
      <Panel label={t('inbox.title')} asked={asked} bare lines={10}>
        {(item) => <Whole item={item} beside={beside} />}
      </Panel>
    </>
  );
}

function Whole({ item, beside }: { readonly item: CaseAnswer; readonly beside: boolean }) {
  const { language } = useTexts();
  const staff = useIsStaff();
  const location = useLocation();
  const { names, machine } = useNames(item.machine, language);
  const [alarm, setAlarm] = useState<string>();
  const wanted = (location.state as { readonly do?: 'comment' | 'resolve' } | null)?.do;
  const chosen = item.alarms.find((each) => each.id === alarm) ?? leading(item.alarms);
  return (
    <article className={classes.case}>
      <Head item={item} beside={beside} />
      {staff && <Actions item={item} wanted={wanted} />}
      <Outcome item={item} />
      <Related item={item} />
      {chosen && (
        <WhyPanel
          key={chosen.id}
          alarm={chosen}
          machine={machine}
          names={names}
          said={textOr(item.title, language, '')}
        />
      )}
      {item.alarms.length > 1 && <AlarmList alarms={item.alarms} chosen={chosen?.id} onChoose={setAlarm} />}
      {item.checklist.length > 0 && <Checklist item={item} />}
      {item.similar.length > 0 && <Similar cases={item.similar} />}
      <Timeline entries={item.timeline}>
        {item.may.includes('comment') && <CommentForm item={item} focus={wanted === 'comment'} />}
      </Timeline>
    </article>
  );
}
