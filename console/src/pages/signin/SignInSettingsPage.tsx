// SPDX-License-Identifier: Apache-2.0

import { Button, DropdownItem, DropdownList, PageSection, Title } from '@patternfly/react-core';
import EditIcon from '@patternfly/react-icons/dist/esm/icons/pencil-alt-icon';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { list } from '../../api/client';
import type { SignInProvider, SignInState } from '../../api/signin';
import { can } from '../../app/scopes';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { DataTable } from '../../components/DataTable';
import { Empty } from '../../components/Empty';
import { Facts } from '../../components/Facts';
import { IconButton } from '../../components/IconButton';
import { Menu } from '../../components/Menu';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { StateLabel } from '../../components/StateLabel';
import { Whole } from '../../components/Whole';
import { useLocale } from '../../hooks/useLocale';
import { usePrincipal } from '../../queries/session';
import { usePutSignInSettings, useSignInSettings } from '../../queries/signin';
import { CertificatesDialog } from './CertificatesDialog';
import type { Template } from './provider';
import { ProviderDialog } from './ProviderDialog';
import { Trial } from './Trial';
import { useCertificateSubjects } from './useCertificateSubjects';

/** How people may sign in. Every change is on trial until somebody keeps it. */
export function SignInSettingsPage() {
  const { t } = useTranslation();
  const query = useSignInSettings();
  const { refetch } = query;
  const manages = can(usePrincipal(), 'sign-in.manage');
  const over = useCallback(() => void refetch(), [refetch]);
  return (
    <Whole what={t('signInSettings.title')} query={query}>
      {(state) => (
        <>
          <PageHeader title={t('signInSettings.title')} description={t('signInSettings.body')} />
          <PageSection hasBodyWrapper={false}>
            <Trial state={state} manages={manages} onOver={over} />
            <Passwords state={state} manages={manages} />
            <Providers state={state} manages={manages} />
            <Certificates state={state} manages={manages} />
            {state.changedAt && (
              <p className="b4a-quiet">
                {t('signInSettings.changed')} <Moment time={state.changedAt} full />
              </p>
            )}
          </PageSection>
        </>
      )}
    </Whole>
  );
}

interface Props {
  state: SignInState;
  manages: boolean;
}

function Section({ id, title, action, children }: { id: string; title: string; action: ReactNode; children: ReactNode }) {
  return (
    <section className="b4a-section" aria-labelledby={id}>
      <div className="b4a-section-head">
        <Title id={id} headingLevel="h2" size="lg">
          {title}
        </Title>
        {action}
      </div>
      {children}
    </section>
  );
}

function Offered({ on }: { on: boolean }) {
  const { t } = useTranslation();
  return <StateLabel tone={on ? 'good' : 'off'}>{on ? t('signInSettings.on') : t('signInSettings.off')}</StateLabel>;
}

function Passwords({ state, manages }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { local } = state.settings;
  return (
    <Section
      id="passwords"
      title={t('signInSettings.passwords')}
      action={
        manages && (
          <Button variant="secondary" onClick={() => setAsking(true)}>
            {local ? t('signInSettings.passwordsOff') : t('signInSettings.passwordsOn')}
          </Button>
        )
      }
    >
      <p>
        <Offered on={local} /> {t('signInSettings.passwordsBody')}
      </p>
      {asking && (
        <ChangeDialog
          id="passwords-change"
          state={state}
          next={{ ...state.settings, local: !local }}
          title={local ? t('signInSettings.passwordsOffTitle') : t('signInSettings.passwordsOnTitle')}
          danger={local}
          onClose={() => setAsking(false)}
        >
          {local ? t('signInSettings.passwordsOffBody') : t('signInSettings.passwordsOnBody')} {t('signInSettings.onTrial')}
        </ChangeDialog>
      )}
    </Section>
  );
}

interface ChangeProps {
  id: string;
  state: SignInState;
  next: SignInState['settings'];
  title: string;
  danger: boolean;
  children: ReactNode;
  onClose: () => void;
}

/** Asks before settings are tried that need no form. */
function ChangeDialog({ id, state, next, title, danger, children, onClose }: ChangeProps) {
  const { t } = useTranslation();
  const put = usePutSignInSettings();
  return (
    <ConfirmDialog
      id={id}
      title={title}
      action={t('signInSettings.try')}
      danger={danger}
      send={put}
      errorTitle={t('signInSettings.failed')}
      onConfirm={() => put.mutate({ revision: state.revision, settings: next }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {children}
    </ConfirmDialog>
  );
}

function Providers({ state, manages }: Props) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [editing, setEditing] = useState<SignInProvider | Template>();
  const [removing, setRemoving] = useState<SignInProvider>();
  const providers = list(state.settings.providers);
  const add = manages && <AddMenu onChoose={setEditing} />;
  const nameOf = ({ names, id }: SignInProvider) => names[locale.slice(0, 2)] ?? Object.values(names)[0] ?? id;
  return (
    <Section id="providers" title={t('signInSettings.providers')} action={providers.length > 0 && add}>
      {providers.length === 0 ? (
        <Empty title={t('signInSettings.noProviders')} level="h3" action={add}>
          {t('signInSettings.noProvidersBody')}
        </Empty>
      ) : (
        <DataTable
          name={t('signInSettings.providers')}
          rows={providers}
          rowKey={(p) => p.id}
          columns={[
            {
              label: t('provider.name'),
              show: (p) => (
                <>
                  <strong>{nameOf(p)}</strong>
                  <div className="b4a-quiet"><code>{p.id}</code></div>
                </>
              ),
            },
            { label: t('provider.kind'), show: (p) => (p.kind === 'oidc' ? 'OpenID Connect' : t('provider.oauth2')) },
            { label: t('provider.address'), show: (p) => <span className="b4a-break">{p.issuer ?? p.authorizeUrl}</span> },
            {
              label: t('provider.client'),
              show: (p) => (
                <>
                  <code className="b4a-break">{p.clientId}</code>
                  <div className="b4a-quiet">
                    {p.clientAuth === 'none' ? t('provider.public') : p.clientSecretSet ? t('provider.hasSecret') : t('provider.noSecret')}
                  </div>
                </>
              ),
            },
            ...(manages
              ? [{
                  label: t('actions'),
                  narrow: true,
                  show: (p: SignInProvider) => (
                    <>
                      <IconButton icon={<EditIcon />} label={t('provider.edit', { name: p.id })} onClick={() => setEditing(p)} />
                      <IconButton icon={<TrashIcon />} label={t('provider.removeOf', { name: p.id })} onClick={() => setRemoving(p)} />
                    </>
                  ),
                }]
              : []),
          ]}
        />
      )}
      {editing && <ProviderDialog state={state} of={editing} onClose={() => setEditing(undefined)} />}
      {removing && (
        <ChangeDialog
          id="provider-remove"
          state={state}
          next={{ ...state.settings, providers: providers.filter((p) => p.id !== removing.id) }}
          title={t('provider.removeTitle', { name: nameOf(removing) })}
          danger
          onClose={() => setRemoving(undefined)}
        >
          {t('provider.removeBody')} {t('signInSettings.onTrial')}
        </ChangeDialog>
      )}
    </Section>
  );
}

function AddMenu({ onChoose }: { onChoose: (template: Template) => void }) {
  const { t } = useTranslation();
  return (
    <Menu variant="secondary" text={t('provider.add')}>
      <DropdownList>
        <DropdownItem description={t('provider.oidcBody')} onClick={() => onChoose('oidc')}>OpenID Connect</DropdownItem>
        <DropdownItem description={t('provider.giltzaBody')} onClick={() => onChoose('giltza')}>Giltza</DropdownItem>
        <DropdownItem description={t('provider.oauth2Body')} onClick={() => onChoose('oauth2')}>{t('provider.oauth2')}</DropdownItem>
      </DropdownList>
    </Menu>
  );
}

function Certificates({ state, manages }: Props) {
  const { t } = useTranslation();
  const subjects = useCertificateSubjects();
  const [editing, setEditing] = useState(false);
  const c = state.settings.clientCertificates;
  return (
    <Section
      id="client-certificates"
      title={t('clientCertificates.title')}
      action={
        manages && (
          <Button variant="secondary" onClick={() => setEditing(true)}>
            {t('clientCertificates.edit')}
          </Button>
        )
      }
    >
      <p>
        <Offered on={c.enabled} /> {t('clientCertificates.body')}
      </p>
      <div className="b4a-gap">
        <Facts
          items={[
            [t('clientCertificates.authorities'), list(c.authorities).map((a) => a.name).join(', ') || t('clientCertificates.none')],
            [t('clientCertificates.subject'), subjects[c.subject]],
            [t('clientCertificates.hosts'), list(c.hosts).join(', ')],
            [t('clientCertificates.crls'), list(c.crls).length > 0 ? String(list(c.crls).length) : undefined],
            [t('clientCertificates.whenUnknown'), c.acceptUnknown ? t('clientCertificates.letIn') : t('clientCertificates.refuse')],
          ]}
        />
      </div>
      {editing && <CertificatesDialog state={state} onClose={() => setEditing(false)} />}
    </Section>
  );
}
