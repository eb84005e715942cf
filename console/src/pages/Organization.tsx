// SPDX-License-Identifier: Apache-2.0
import {
  Card,
  CardBody,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Id, Loaded, Nothing, Page, State, When } from '../components/common';
import { Rows } from '../components/Rows';
import { useApplications, useCertificates, useOrganization } from '../queries';

export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <DescriptionList isHorizontal isCompact columnModifier={{ default: '1Col' }}>
      {facts.map(([term, value]) => (
        <DescriptionListGroup key={term}>
          <DescriptionListTerm>{term}</DescriptionListTerm>
          <DescriptionListDescription>{value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}

export default function OrganizationPage() {
  const { t } = useTranslation();
  const { org = '' } = useParams();
  const organization = useOrganization(org);
  const applications = useApplications(org);
  const certificates = useCertificates(org);
  return (
    <Page title={organization.data?.name ?? org} lead={t('organization.one')}>
      <Loaded query={organization}>
        {(o) => (
          <>
            <Facts
              facts={[
                [t('organization.id'), <Id key="id" value={o.id} />],
                ['MSP ID', <Id key="msp" value={o.mspId} />],
                [t('organization.kind'), t([`kind.${o.kind}`, o.kind])],
                [t('state.title'), <State key="state" state={o.state} reason={o.reason} />],
                [
                  t('nav.ledgers'),
                  o.ledgers?.length
                    ? o.ledgers.map((l) => (
                        <Link key={l} to={`/ledgers/${l}`}>
                          {l}{' '}
                        </Link>
                      ))
                    : t('none'),
                ],
              ]}
            />
            <Card className="b4a-gap">
              <CardTitle component="h2">{t('nav.nodes')}</CardTitle>
              <CardBody>
                <Rows
                  label={t('nav.nodes')}
                  rows={o.nodes ?? []}
                  id={(n) => n.id}
                  columns={[
                    { name: t('name'), cell: (n) => <Link to={`/nodes/${n.id}`}>{n.id}</Link> },
                    { name: t('node.kind'), cell: (n) => t(`nodeKind.${n.kind}`) },
                    { name: t('state.title'), cell: (n) => <State state={n.phase} reason={n.reason} /> },
                    { name: t('node.address'), cell: (n) => <Id value={n.address} /> },
                  ]}
                />
              </CardBody>
            </Card>
          </>
        )}
      </Loaded>
      <Card className="b4a-gap">
        <CardTitle component="h2">{t('applications')}</CardTitle>
        <CardBody>
          <Loaded query={applications}>
            {(page) =>
              page.items?.length ? (
                <Rows
                  label={t('applications')}
                  rows={page.items}
                  id={(a) => a.name}
                  columns={[
                    { name: t('name'), cell: (a) => a.name },
                    { name: t('application.custody'), cell: (a) => t(`custody.${a.custody}`) },
                    { name: t('certificate.until'), cell: (a) => <When time={a.certificate.notAfter} /> },
                    {
                      name: t('application.bundle'),
                      cell: (a) => (
                        <a href={`/api/v1/organizations/${org}/applications/${a.name}/bundle`} download>
                          {t('application.download', { name: a.name })}
                        </a>
                      ),
                    },
                  ]}
                />
              ) : (
                <Nothing title={t('application.none')} body={t('application.noneBody', { org })} />
              )
            }
          </Loaded>
        </CardBody>
      </Card>
      <Card className="b4a-gap">
        <CardTitle component="h2">{t('certificates')}</CardTitle>
        <CardBody>
          <Loaded query={certificates}>
            {(page) => (
              <Rows
                label={t('certificates')}
                rows={page.items ?? []}
                id={(c) => c.serial}
                columns={[
                  { name: t('certificate.holder'), cell: (c) => c.holder },
                  { name: t('certificate.purpose'), cell: (c) => t(`purpose.${c.purpose}`) },
                  { name: t('state.title'), cell: (c) => <State state={c.status} /> },
                  { name: t('certificate.until'), cell: (c) => <When time={c.notAfter} /> },
                  { name: t('certificate.serial'), cell: (c) => <Id value={c.serial} /> },
                ]}
              />
            )}
          </Loaded>
        </CardBody>
      </Card>
    </Page>
  );
}
