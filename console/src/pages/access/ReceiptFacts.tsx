// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { AccessReceipt } from '../../api/access';
import { AccessStateLabel } from '../../components/AccessStateLabel';
import { Facts } from '../../components/Facts';
import { Moment } from '../../components/Moment';
import { useKinds } from '../organizations/useKinds';
import { useTiers } from './useTiers';

export function ReceiptFacts({ receipt: r }: { receipt: AccessReceipt }) {
  const { t } = useTranslation();
  const kinds: Partial<Record<string, string>> = useKinds();
  const tiers = useTiers();
  return (
    <Facts
      columns={1}
      items={[
        [t('access.number'), r.number],
        [t('state'), <AccessStateLabel key="s" state={r.state} />],
        [t('access.legalName'), r.legalName],
        [t('organizations.kind'), kinds[r.kind] ?? r.kind],
        [t('access.tier'), tiers[r.tier]?.label ?? r.tier],
        [t('access.sentAt'), <Moment key="c" time={r.createdAt} full />],
        [t('access.changedAt'), <Moment key="u" time={r.updatedAt} full />],
        [t('access.deadline'), r.deadline && <Moment key="d" time={r.deadline} full />],
        [t('access.reason'), r.reason],
      ]}
    />
  );
}
