import { useSession } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useZoneName } from '#portal/web/ui/format/Zone.tsx';
import classes from './profile.module.css';

/** Who one is to this house; changed by its administration. */
export function Person() {
  const { t } = useTexts();
  const { user } = useSession();
  const zone = useZoneName();
  const facts = [
    [t('profile.name'), user.name],
    [t('profile.login'), user.login],
    [t('profile.role'), t(`role.${user.role}`)],
    [t('profile.zone'), `${user.timezone} (${zone})`],
  ] as const;
  return (
    <section className={classes.panel}>
      <h2>{t('profile.person')}</h2>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
