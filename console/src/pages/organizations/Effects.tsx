// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { list } from '../../api/client';
import type { Certificate } from '../../api/organizations';
import { Moment } from '../../components/Moment';
import { useRevocationReasons } from '../../components/useRevocationReasons';

/** Why a certificate is revoked, and since when and where it is refused. */
export function Effects({ of: { reason, revokedAt, heldBy, effects } }: { of: Certificate }) {
  const { t } = useTranslation();
  const words = useRevocationReasons();
  const causes: Partial<Record<string, string>> = {
    certificate: t('heldBy.certificate'),
    organization: t('heldBy.organization'),
    membership: t('heldBy.membership'),
    person: t('heldBy.person'),
    holder: t('heldBy.person'),
  };
  if (!revokedAt) return null;
  return (
    <div className="b4a-quiet">
      {reason && <div>{words[reason] ?? reason}</div>}
      {list(heldBy).length > 0 && (
        <div>
          {t('heldBy.title')} {list(heldBy).map((cause) => causes[cause] ?? t('heldBy.watched')).join(', ')}
        </div>
      )}
      <div>
        {t('effects.platform')} <Moment time={revokedAt} />
      </div>
      {list(effects).length === 0 ? (
        <div>{t('effects.none')}</div>
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
