// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../api/client';
import type { Certificate } from '../api/organizations';
import { can } from '../app/scopes';
import { usePrincipal } from '../queries/session';
import { Moment } from './Moment';
import { useRevocationReasons } from './useRevocationReasons';

/**
 * Why a certificate is revoked, since when and where it is refused, and who lifts its holds where. External: of an
 * organization that issues for itself, whose own authority alone tells ledgers.
 */
export function Effects({ of: c, external = false }: { of: Certificate; external?: boolean }) {
  const { t } = useTranslation();
  const words = useRevocationReasons();
  const { reason, revokedAt, heldBy, effects } = c;
  if (!revokedAt) return null;
  return (
    <div className="b4a-quiet">
      {reason && <div>{words[reason] ?? reason}</div>}
      {list(heldBy).map((cause) => (
        <Hold key={cause} cause={cause} of={c} />
      ))}
      <div>
        {t('effects.platform')} <Moment time={revokedAt} />
      </div>
      {list(effects).length === 0 ? (
        <div>{external ? t('effects.external') : t('effects.none')}</div>
      ) : (
        <ul className="b4a-plain-list">
          {list(effects).map((e) => (
            <li key={e.ledger}>
              <Link className="b4a-target" to={`/ledgers/${e.ledger}/blocks/${e.block}`}>
                {t('effects.ledger', { ledger: e.ledger, block: e.block })}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** For what a certificate is on hold, and who lifts that; a link to where, for who can. */
function Hold({ cause, of: { organization, memberOf } }: { cause: string; of: Certificate }) {
  const { t } = useTranslation();
  const principal = usePrincipal();
  const operates = can(principal, 'person.manage');
  const people: Where = memberOf
    ? can(principal, 'member.manage', memberOf) && [t('members.people'), `/organizations/${memberOf}/members`]
    : operates && [t('members.platform'), '/members/platform'];
  const causes: Partial<Record<string, readonly [string, Where?]>> = {
    certificate: [t('heldBy.certificate')],
    'its authority': [t('heldBy.authority')],
    organization: [t('heldBy.organization'), can(principal, 'organization.suspend') && [organization, `/organizations/${organization}`]],
    membership: [t('heldBy.membership'), people],
    person: [t('heldBy.person'), operates && [t('people.title'), '/members/everybody']],
    holder: [t('heldBy.holder')],
    left: [t('heldBy.left')],
    role: [t('heldBy.role'), people],
  };
  const [text, where] = causes[cause] ?? [t('heldBy.watched')];
  return (
    <div>
      {text}{' '}
      {where && (
        <Link className="b4a-target" to={where[1]}>
          {where[0]}
        </Link>
      )}
    </div>
  );
}

/** A page's name and path; false: the caller can do nothing there. */
type Where = readonly [string, string] | false;
