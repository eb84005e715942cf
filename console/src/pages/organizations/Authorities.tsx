// SPDX-License-Identifier: Apache-2.0

import { Button, Flex } from '@patternfly/react-core';
import DownloadIcon from '@patternfly/react-icons/dist/esm/icons/download-icon';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Authority } from '../../api/authorities';
import { can } from '../../app/scopes';
import { CopyButton } from '../../components/CopyButton';
import { DataTable } from '../../components/DataTable';
import { IconButton } from '../../components/IconButton';
import { Moment } from '../../components/Moment';
import { ProblemAlert } from '../../components/ProblemAlert';
import { StateLabel } from '../../components/StateLabel';
import { saveText } from '../../device/saveFile';
import { useAuthorities } from '../../queries/authorities';
import { usePrincipal } from '../../queries/session';
import { AuthorityWorkDialog, ChangeDialog, DiscardDialog, InstallDialog, RequestDialog } from './AuthorityDialogs';

type Open = 'request' | 'install' | 'change' | 'finish' | 'revert';

/** The generations of an organization's certification authorities, and how it moves from one to the next. */
export function Authorities({ organization }: { organization: string }) {
  const { t } = useTranslation();
  const query = useAuthorities(organization);
  const manages = can(usePrincipal(), 'authority.manage', organization);
  const [open, setOpen] = useState<Open>();
  const [discarding, setDiscarding] = useState<Authority>();
  const close = () => setOpen(undefined);
  if (query.error && !query.data) {
    const title = t('problem.load', { what: t('authorities.title') });
    return <ProblemAlert error={query.error} title={title} retry={() => void query.refetch()} />;
  }
  const all = query.data ?? [];
  const some = (...states: Authority['state'][]) => all.some((a) => states.includes(a.state));
  const moving = some('trusted', 'retiring');
  const button = (to: Open, label: string, primary = false) => (
    <Button variant={primary ? 'primary' : 'secondary'} onClick={() => setOpen(to)}>
      {label}
    </Button>
  );
  return (
    <div className="b4a-section">
      <p className="b4a-quiet">{t('authorities.body')}</p>
      {manages && (
        <Flex className="b4a-gap" spaceItems={{ default: 'spaceItemsSm' }}>
          {button('request', t('authorities.request'))}
          {some('requested', 'ready') && button('install', t('authorities.install'), some('requested'))}
          {some('ready') && button('change', t('authorities.change'), !some('requested'))}
          {moving && button('finish', t('authorities.finish'))}
          {moving && button('revert', t('authorities.revert'))}
        </Flex>
      )}
      <Generations rows={query.data} organization={organization} onDiscard={manages ? setDiscarding : undefined} />
      {open === 'request' && <RequestDialog organization={organization} onClose={close} />}
      {open === 'install' && <InstallDialog organization={organization} onClose={close} />}
      {open === 'change' && <ChangeDialog organization={organization} onClose={close} />}
      {(open === 'finish' || open === 'revert') && (
        <AuthorityWorkDialog organization={organization} work={open} onClose={close} />
      )}
      {discarding && (
        <DiscardDialog organization={organization} authority={discarding} onClose={() => setDiscarding(undefined)} />
      )}
    </div>
  );
}

interface GenerationsProps {
  rows: readonly Authority[] | undefined;
  organization: string;
  onDiscard: ((authority: Authority) => void) | undefined;
}

function Generations({ rows, organization, onDiscard }: GenerationsProps) {
  const { t } = useTranslation();
  const purposes: Record<Authority['purpose'], string> = { ca: t('authorities.ca'), 'tls-ca': t('authorities.tlsCa') };
  const kinds: Record<Authority['kind'], string> = {
    'self-signed': t('authorities.selfSigned'),
    subordinate: t('authorities.subordinate'),
    external: t('external.label'),
  };
  return (
    <DataTable
      name={t('authorities.title')}
      rows={rows}
      rowKey={(a) => `${a.purpose} ${a.generation}`}
      columns={[
        {
          label: t('certificates.purpose'),
          show: (a) => (
            <>
              {purposes[a.purpose]}
              <div className="b4a-quiet">{t('authorities.generation', { number: a.generation, kind: kinds[a.kind] })}</div>
            </>
          ),
        },
        { label: t('state'), show: (a) => <AuthorityStateLabel state={a.state} /> },
        { label: t('authorities.subject'), show: (a) => (a.subject ? <span className="b4a-break">{a.subject}</span> : '—') },
        {
          label: t('authorities.root'),
          show: (a) => (a.root && a.root !== a.subject ? <span className="b4a-break">{a.root}</span> : '—'),
        },
        { label: t('certificates.expires'), show: (a) => <Moment time={a.notAfter} /> },
        {
          label: t('actions'),
          narrow: true,
          show: (a) => <Material authority={a} organization={organization} onDiscard={onDiscard} />,
        },
      ]}
    />
  );
}

/** What can be taken from a generation: its request while there is no chain, its chain afterwards. */
function Material({ authority: a, organization, onDiscard }: { authority: Authority } & Omit<GenerationsProps, 'rows'>) {
  const { t } = useTranslation();
  const name = `${a.purpose}-${a.generation}`;
  const [text, what, file] = a.chain
    ? [a.chain, t('authorities.chainOf', { name }), `${organization}-${name}.chain.pem`]
    : [a.request ?? '', t('authorities.requestOf', { name }), `${organization}-${name}.csr.pem`];
  const unused = a.state === 'requested' || a.state === 'ready';
  return (
    <Flex flexWrap={{ default: 'nowrap' }} spaceItems={{ default: 'spaceItemsXs' }}>
      {text && (
        <>
          <CopyButton text={text} what={what} />
          <IconButton icon={<DownloadIcon />} label={t('download', { what })} onClick={() => saveText(file, text)} />
        </>
      )}
      {unused && onDiscard && (
        <IconButton icon={<TrashIcon />} label={t('authorities.discardOf', { name })} onClick={() => onDiscard(a)} />
      )}
    </Flex>
  );
}

function AuthorityStateLabel({ state }: { state: Authority['state'] }) {
  const { t } = useTranslation();
  switch (state) {
    case 'requested':
      return <StateLabel tone="busy">{t('authorityState.requested')}</StateLabel>;
    case 'ready':
      return <StateLabel tone="busy">{t('authorityState.ready')}</StateLabel>;
    case 'trusted':
      return <StateLabel tone="busy">{t('authorityState.trusted')}</StateLabel>;
    case 'issuing':
      return <StateLabel tone="good">{t('authorityState.issuing')}</StateLabel>;
    case 'retiring':
      return <StateLabel tone="warning">{t('authorityState.retiring')}</StateLabel>;
    case 'removed':
      return <StateLabel tone="off">{t('authorityState.removed')}</StateLabel>;
  }
}
