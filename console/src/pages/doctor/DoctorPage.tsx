// SPDX-License-Identifier: Apache-2.0

import { Button, PageSection } from '@patternfly/react-core';
import RedoIcon from '@patternfly/react-icons/dist/esm/icons/redo-icon';
import { useTranslation } from 'react-i18next';

import { list } from '../../api/client';
import type { Check, Report } from '../../api/platform';
import { DataTable } from '../../components/DataTable';
import { PageHeader } from '../../components/PageHeader';
import { ServerText } from '../../components/ServerText';
import { CheckLabel } from '../../components/StateLabel';
import { Whole } from '../../components/Whole';
import { useDoctor } from '../../queries/platform';

const order: readonly Check['state'][] = ['error', 'warning', 'ok'];

export function DoctorPage() {
  const { t } = useTranslation();
  const query = useDoctor();
  return (
    <Whole what={t('doctor.title')} query={query}>
      {(r) => <Detail report={r} busy={query.isFetching} again={() => void query.refetch()} />}
    </Whole>
  );
}

function Detail({ report, busy, again }: { report: Report; busy: boolean; again: () => void }) {
  const { t } = useTranslation();
  const titles: Record<string, string> = {
    fabric: 'Hyperledger Fabric',
    nodes: t('nodes.title'),
    contracts: t('contracts.title'),
    certificates: t('certificates.title'),
    organizations: t('organizations.title'),
    signatures: t('signatures.title'),
    disk: t('check.disk'),
    permissions: t('check.permissions'),
    'open-files': t('check.openFiles'),
    clock: t('check.clock'),
  };
  const summary: Record<Report['state'], string> = {
    ok: t('doctor.ok'),
    warning: t('doctor.warning'),
    error: t('doctor.error'),
  };
  const checks = list(report.checks).toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return (
    <>
      <PageHeader
        title={t('doctor.title')}
        state={<CheckLabel state={report.state} />}
        description={summary[report.state]}
        actions={
          <Button variant="secondary" icon={<RedoIcon />} isLoading={busy} isDisabled={busy} onClick={again}>
            {t('doctor.again')}
          </Button>
        }
      />
      <PageSection hasBodyWrapper={false}>
        <DataTable
          name={t('doctor.checks')}
          rows={checks}
          rowKey={(c) => c.name}
          columns={[
            { label: t('doctor.check'), show: (c) => <strong>{titles[c.name] ?? <ServerText>{c.title}</ServerText>}</strong> },
            { label: t('state'), show: (c) => <CheckLabel state={c.state} />, narrow: true },
            {
              label: t('doctor.found'),
              show: (c) => (
                <>
                  <ServerText>{c.detail}</ServerText>
                  {c.hint && (
                    <p>
                      <strong>{t('problem.hint')}</strong> <ServerText>{c.hint}</ServerText>
                    </p>
                  )}
                </>
              ),
            },
          ]}
        />
      </PageSection>
    </>
  );
}
