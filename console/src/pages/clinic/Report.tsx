// SPDX-License-Identifier: Apache-2.0

import { Alert, ExpandableSection, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { CertificateReport, CheckedItem, CheckFinding } from '../../api/clinic';
import { list } from '../../api/client';
import { Code } from '../../components/Code';
import { Facts } from '../../components/Facts';
import { Identifier } from '../../components/Identifier';
import { Moment } from '../../components/Moment';

const variants = { ok: 'success', info: 'info', warning: 'warning', error: 'danger' } as const;

/** What the clinic found, the gravest first. The texts are the platform's, in the console's language. */
export function Report({ report }: { report: CertificateReport }) {
  const { t } = useTranslation();
  const verdicts = { ok: t('verdict.ok'), warning: t('verdict.warning'), error: t('verdict.error') };
  const items = list(report.items);
  // Of one certificate all findings have the same lines: together they put it right.
  const commands = [...new Set(list(report.findings).flatMap((f) => f.commands ?? []))];
  return (
    <section className="b4a-section" aria-labelledby="report">
      <Title id="report" headingLevel="h2" size="lg">
        {verdicts[report.verdict]}
      </Title>
      {list(report.findings).map((f, n) => (
        <Finding key={`${n} ${f.code}`} finding={f} item={f.item === undefined ? undefined : items[f.item]} />
      ))}
      {commands.length > 0 && (
        <>
          <Title headingLevel="h3" size="md" className="b4a-gap">
            {t('clinic.commands')}
          </Title>
          {commands.map((c) => (
            <Code key={c} text={c} what={t('clinic.commands')} />
          ))}
        </>
      )}
      {items.map((item) => (
        <Item key={item.fingerprint} item={item} />
      ))}
    </section>
  );
}

function Finding({ finding: f, item }: { finding: CheckFinding; item: CheckedItem | undefined }) {
  return (
    <Alert className="b4a-gap" variant={variants[f.severity]} isInline component="p" title={f.text}>
      {f.remedy && <p>{f.remedy}</p>}
      <p className="b4a-quiet b4a-break">
        <code>{f.code}</code>
        {item && <> · {item.subject ?? item.file ?? item.fingerprint}</>}
      </p>
    </Alert>
  );
}

function Item({ item: i }: { item: CheckedItem }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const kinds: Record<CheckedItem['kind'], string> = {
    certificate: t('clinicKind.certificate'),
    request: t('clinicKind.request'),
    'revocation-list': t('clinicKind.list'),
  };
  return (
    <ExpandableSection
      className="b4a-gap"
      toggleText={`${kinds[i.kind]}: ${i.subject ?? i.issuer ?? i.file ?? ''}`}
      isExpanded={open}
      onToggle={(_, next) => setOpen(next)}
    >
      <Facts
        columns={1}
        items={[
          [t('authorities.subject'), i.subject],
          [t('clinic.issuer'), i.issuer],
          [t('certificates.serial'), i.serial],
          [t('clinic.key'), i.keyAlgorithm],
          [t('clinic.signature'), i.signatureAlgorithm],
          [t('clinic.from'), i.notBefore && <Moment time={i.notBefore} full />],
          [t('certificates.expires'), i.notAfter && <Moment time={i.notAfter} full />],
          [t('clinic.units'), list(i.units).join(', ')],
          [t('clinic.names'), list(i.names).join(', ')],
          [t('clinic.revoked'), i.kind === 'revocation-list' ? String(i.revoked ?? 0) : undefined],
          [t('clinic.fingerprint'), <Identifier key="f" value={i.fingerprint} what={t('clinic.fingerprint')} whole />],
        ]}
      />
    </ExpandableSection>
  );
}
