// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import KeyIcon from '@patternfly/react-icons/dist/esm/icons/key-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Token } from '../../api/account';
import { list } from '../../api/client';
import type { Principal } from '../../api/session';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Empty } from '../../components/Empty';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { useRoles } from '../../components/useRoles';
import { useCursor } from '../../hooks/useCursor';
import { useDeleteToken, useTokens } from '../../queries/account';
import { CreateTokenDialog } from './CreateTokenDialog';

export function Tokens({ principal }: { principal: Principal }) {
  const { t } = useTranslation();
  const roles = useRoles();
  const paging = useCursor();
  const query = useTokens(paging[0]);
  const [creating, setCreating] = useState(false);
  const [leaving, setLeaving] = useState<Token>();
  const create = <Button variant="secondary" onClick={() => setCreating(true)}>{t('tokens.create')}</Button>;
  return (
    <>
      {query.data?.items.length !== 0 && <div className="b4a-gap">{create}</div>}
      <Listing
        name={t('tokens.title')}
        query={query}
        paging={paging}
        rowKey={(k) => k.id}
        empty={<Empty title={t('tokens.none')} icon={KeyIcon} action={create}>{t('tokens.noneBody')}</Empty>}
        columns={[
          { label: t('person.name'), show: (k) => k.name },
          { label: t('person.role'), show: (k) => roles[k.role] + (k.organization ? ` · ${k.organization}` : '') },
          { label: t('tokens.scopes'), show: (k) => list(k.scopes).join(', ') || t('tokens.all') },
          { label: t('created'), show: (k) => <Moment time={k.createdAt} /> },
          { label: t('certificates.expires'), show: (k) => <Moment time={k.expiresAt} /> },
          {
            label: t('actions'),
            narrow: true,
            show: (k) => (
              <Button variant="link" isInline isDanger aria-label={t('tokens.revokeOf', { name: k.name })} onClick={() => setLeaving(k)}>
                {t('tokens.revoke')}
              </Button>
            ),
          },
        ]}
      />
      {creating && <CreateTokenDialog principal={principal} onClose={() => setCreating(false)} />}
      {leaving && <RevokeDialog token={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function RevokeDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const { t } = useTranslation();
  const revoke = useDeleteToken();
  return (
    <ConfirmDialog
      id="revoke"
      title={t('tokens.revokeTitle', { name: token.name })}
      action={t('tokens.revoke')}
      danger
      send={revoke}
      errorTitle={t('tokens.revokeFailed')}
      onConfirm={() => revoke.mutate(token.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      {t('tokens.revokeBody')}
    </ConfirmDialog>
  );
}
