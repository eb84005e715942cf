// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Card, CardBody, CardTitle, Content, PageSection } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { AccessRequest } from '../../api/access';
import { list } from '../../api/client';
import { isLanguage, languages } from '../../app/i18n';
import { can } from '../../app/scopes';
import { AccessStateLabel, isOpen } from '../../components/AccessStateLabel';
import { Facts } from '../../components/Facts';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { ProblemAlert } from '../../components/ProblemAlert';
import { ServerText } from '../../components/ServerText';
import { Whole } from '../../components/Whole';
import { useParam } from '../../hooks/useParam';
import { useAccessRequest, useAssignAccess } from '../../queries/access';
import { usePrincipal } from '../../queries/session';
import { useKinds } from '../organizations/useKinds';
import { ApproveDialog } from './ApproveDialog';
import { Dialogue } from './Dialogue';
import { AskDialog, RejectDialog } from './TextDialogs';
import { useTiers } from './useTiers';

export function RequestPage() {
  const { t } = useTranslation();
  const query = useAccessRequest(useParam('request'));
  return (
    <Whole what={t('requests.one')} query={query}>
      {(r) => <Detail request={r} />}
    </Whole>
  );
}

function Detail({ request: r }: { request: AccessRequest }) {
  const { t } = useTranslation();
  const kinds: Partial<Record<string, string>> = useKinds();
  const tiers = useTiers();
  const tier = (id?: string) => (id ? (tiers[id]?.label ?? id) : undefined);
  const entries = list(r.dialogue);
  return (
    <>
      <PageHeader
        title={r.legalName ?? r.number}
        crumbs={[{ label: t('requests.title'), to: '/access-requests' }]}
        state={<AccessStateLabel state={r.state} />}
        description={r.number}
      />
      <Decide request={r} />
      <PageSection hasBodyWrapper={false} className="b4a-stack">
        <Notes request={r} />
        <Facts
          items={[
            [t('organizations.kind'), kinds[r.kind] ?? r.kind],
            [t('access.identifier'), r.identifier && <code>{`${r.identifier} (${r.country ?? ''})`}</code>],
            [t('access.contact'), r.contactName],
            [t('access.email'), r.email && <a href={`mailto:${r.email}`}>{r.email}</a>],
            [t('access.phone'), r.phone],
            [t('access.tier'), tier(r.tier)],
            [t('access.locale'), isLanguage(r.locale) ? <span lang={r.locale}>{languages[r.locale]}</span> : r.locale],
            [t('requests.terms'), r.terms],
            [t('requests.assignee'), r.assignee],
            [t('access.deadline'), r.deadline && <Moment time={r.deadline} full />],
            [t('access.sentAt'), <Moment key="c" time={r.createdAt} full />],
            [t('requests.verifiedAt'), r.verifiedAt && <Moment time={r.verifiedAt} full />],
            [t('requests.grantEnds'), r.grantEndsAt && <Moment time={r.grantEndsAt} full />],
          ]}
        />
        {r.purpose && (
          <Card isCompact>
            <CardTitle component="h2">{t('access.purpose')}</CardTitle>
            <CardBody className="b4a-prose">{r.purpose}</CardBody>
          </Card>
        )}
        {r.decision && (
          <Card isCompact>
            <CardTitle component="h2">{t('requests.decision')}</CardTitle>
            <CardBody>
              <Facts
                items={[
                  [t('requests.decidedBy'), r.automatic ? t('requests.automatic') : r.decision.by],
                  [t('requests.decidedAt'), <Moment key="a" time={r.decision.at} full />],
                  [t('access.tier'), tier(r.decision.tier)],
                  [
                    t('organizations.one'),
                    r.decision.organization && <Link to={`/organizations/${r.decision.organization}`}>{r.decision.organization}</Link>,
                  ],
                ]}
              />
              {r.decision.reason && <p className="b4a-prose b4a-gap">{r.decision.reason}</p>}
            </CardBody>
          </Card>
        )}
        {entries.length > 0 && (
          <Card isCompact>
            <CardTitle component="h2">{t('dialogue.title')}</CardTitle>
            <CardBody>
              <Dialogue entries={entries} />
            </CardBody>
          </Card>
        )}
      </PageSection>
    </>
  );
}

/** What an operator should know before deciding. */
function Notes({ request: r }: { request: AccessRequest }) {
  const { t } = useTranslation();
  const duplicates = list(r.duplicates);
  return (
    <>
      {r.state === 'submitted' && (
        <Alert variant="info" isInline component="p" title={t('requests.unconfirmed')}>
          {t('requests.unconfirmedBody')}
        </Alert>
      )}
      {duplicates.length > 0 && (
        <Alert variant="warning" isInline component="p" title={t('requests.duplicates')}>
          {duplicates.join(', ')}
        </Alert>
      )}
      {r.proposed && (
        <Alert variant="info" isInline component="p" title={t('requests.proposed', { name: r.proposed.by })}>
          <p className="b4a-prose">{r.proposed.reason}</p>
          <p>{t('requests.proposedBody', { organization: r.proposed.organization ?? '' })}</p>
        </Alert>
      )}
      {r.problem && (
        <Alert variant="danger" isInline component="p" title={t('requests.failed')}>
          <ServerText>{r.problem}</ServerText>
        </Alert>
      )}
      {r.erasedAt && (
        <Alert variant="info" isInline component="p" title={t('requests.erased')}>
          <Moment time={r.erasedAt} full />
        </Alert>
      )}
      {r.state === 'active' && r.decision?.organization && (
        <Alert variant="success" isInline component="p" title={t('requests.done')}>
          <Content component="p">{t('requests.doneBody')}</Content>
          <Link to={`/organizations/${r.decision.organization}/members`}>{t('requests.openMembers')}</Link>
        </Alert>
      )}
    </>
  );
}

function Decide({ request: r }: { request: AccessRequest }) {
  const { t } = useTranslation();
  const principal = usePrincipal();
  const [open, setOpen] = useState<'approve' | 'ask' | 'reject'>();
  const assign = useAssignAccess(r.id);
  const close = () => setOpen(undefined);
  const mayDecide = can(principal, 'access-request.manage') && isOpen(r.state);
  // The dialog outlives the decision, in the same place of the tree: it shows the operation that it started.
  const approving = open === 'approve' && <ApproveDialog request={r} onClose={close} />;
  const mine = r.assignee === principal?.name;
  return (
    <>
      {approving}
      {mayDecide && (
        <PageSection hasBodyWrapper={false}>
          {assign.error ? <ProblemAlert error={assign.error} title={t('requests.assignFailed')} /> : null}
          <div className="b4a-buttons">
            {r.state !== 'information-asked' && <Button onClick={() => setOpen('approve')}>{t('requests.approve')}</Button>}
            {!mine && (
              <Button variant="secondary" isLoading={assign.isPending} isDisabled={assign.isPending} onClick={() => assign.mutate('')}>
                {t('requests.assign')}
              </Button>
            )}
            {r.state === 'in-review' && (
              <Button variant="secondary" onClick={() => setOpen('ask')}>
                {t('requests.ask')}
              </Button>
            )}
            <Button variant="link" isDanger onClick={() => setOpen('reject')}>
              {t('requests.reject')}
            </Button>
          </div>
          {open === 'ask' && <AskDialog request={r} onClose={close} />}
          {open === 'reject' && <RejectDialog request={r} onClose={close} />}
        </PageSection>
      )}
    </>
  );
}
