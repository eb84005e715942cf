// SPDX-License-Identifier: Apache-2.0

import { Alert, Button, Flex, Form, PageSection } from '@patternfly/react-core';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { AuditEntry, AuditFilter } from '../../api/audit';
import { can } from '../../app/scopes';
import { Code } from '../../components/Code';
import { Empty } from '../../components/Empty';
import { TextField } from '../../components/fields';
import { shortId } from '../../components/format';
import { Listing } from '../../components/Listing';
import { Moment } from '../../components/Moment';
import { PageHeader } from '../../components/PageHeader';
import { ProblemAlert } from '../../components/ProblemAlert';
import { useCursor } from '../../hooks/useCursor';
import { useAnchorAudit, useAudit, useExportAudit } from '../../queries/audit';
import { usePrincipal } from '../../queries/session';
import { EntryDialog, OutcomeLabel } from './EntryDialog';

const fields = ['organization', 'action', 'from', 'to'] as const;
const anchored = 'audit.anchored';

/** The filter of an address. Days are whole: until a day means until its end. */
function filterOf(search: URLSearchParams): AuditFilter {
  const day = (name: string, days: number) => {
    const at = new Date(`${search.get(name) ?? ''}T00:00:00`);
    if (Number.isNaN(at.getTime())) return undefined;
    at.setDate(at.getDate() + days);
    return at.toISOString();
  };
  return {
    organization: search.get('organization') ?? undefined,
    action: search.get('action') ?? undefined,
    from: day('since', 0),
    to: day('until', 1),
  };
}

/** The audit trail: who did what to what, and how it ended. */
export function AuditPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const paging = useCursor();
  const query = useAudit(filter, paging[0]);
  const principal = usePrincipal();
  const anchor = useAnchorAudit();
  const saving = useExportAudit();
  const [shown, setShown] = useState<AuditEntry>();
  const filtered = fields.some((f) => filter[f]);
  const choose = (name: string, value: string) =>
    setSearch(
      (params) => {
        const next = new URLSearchParams(params);
        next.delete('from');
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const actions = (
    <Flex spaceItems={{ default: 'spaceItemsSm' }}>
      {can(principal, 'audit.anchor') && (
        <Button variant="secondary" isLoading={anchor.isPending} isDisabled={anchor.isPending} onClick={() => anchor.mutate(null)}>
          {t('audit.anchor')}
        </Button>
      )}
      <Button variant="secondary" isLoading={saving.isPending} isDisabled={saving.isPending} onClick={() => saving.mutate(filter)}>
        {t('audit.export')}
      </Button>
    </Flex>
  );
  return (
    <>
      <PageHeader title={t('audit.title')} description={t('audit.description')} actions={actions} />
      <PageSection hasBodyWrapper={false}>
        {anchor.error && <ProblemAlert error={anchor.error} title={t('audit.anchorFailed')} />}
        {saving.error && <ProblemAlert error={saving.error} title={t('audit.exportFailed')} />}
        {anchor.data && (
          <Alert
            variant="success"
            isInline
            component="p"
            title={t('audit.anchoredAt', { sequence: anchor.data.sequence, block: anchor.data.block, ledger: anchor.data.ledger })}
          />
        )}
        <div className="b4a-quiet">
          {t('audit.verify')}
          <Code text="b4a audit verify" what={t('audit.verifyCommand')} />
        </div>
        <Form className="b4a-filters b4a-gap" onSubmit={(event) => event.preventDefault()}>
          {!principal?.organization && (
            <TextField
              id="audit-organization"
              label={t('organizations.one')}
              isCode
              value={search.get('organization') ?? ''}
              onChange={(v) => choose('organization', v)}
            />
          )}
          <TextField
            id="audit-action"
            label={t('audit.action')}
            isCode
            value={search.get('action') ?? ''}
            onChange={(v) => choose('action', v)}
          />
          <TextField
            id="audit-since"
            label={t('audit.since')}
            type="date"
            value={search.get('since') ?? ''}
            onChange={(v) => choose('since', v)}
          />
          <TextField
            id="audit-until"
            label={t('audit.until')}
            type="date"
            value={search.get('until') ?? ''}
            onChange={(v) => choose('until', v)}
          />
        </Form>
        <Flex className="b4a-gap">
          <Button variant="link" isInline onClick={() => choose('action', anchored)}>
            {t('audit.anchors')}
          </Button>
          {filtered && (
            <Button variant="link" isInline onClick={() => setSearch({}, { replace: true })}>
              {t('audit.all')}
            </Button>
          )}
        </Flex>
        <Listing
          name={t('audit.title')}
          query={query}
          paging={paging}
          rowKey={(e) => String(e.sequence)}
          empty={<Empty title={t('audit.empty')}>{filtered ? t('audit.emptyFiltered') : t('audit.emptyBody')}</Empty>}
          columns={[
            { label: t('audit.number'), narrow: true, show: (e) => <code>{e.sequence}</code> },
            { label: t('operations.when'), narrow: true, show: (e) => <Moment time={e.time} /> },
            {
              label: t('audit.actor'),
              show: (e) => (
                <>
                  {e.actor.name || shortId(e.actor.credential) || t('audit.stranger')}
                  <div className="b4a-quiet">{[e.actor.role, e.actor.organization].filter(Boolean).join(' · ')}</div>
                </>
              ),
            },
            {
              label: t('audit.action'),
              show: (e) => (
                <Button variant="link" isInline onClick={() => setShown(e)} aria-label={t('audit.show', { number: e.sequence, action: e.action })}>
                  {e.action.split(/(?=[A-Z.])/).map((part) => (
                    <Fragment key={part}>
                      <wbr />
                      {part}
                    </Fragment>
                  ))}
                </Button>
              ),
            },
            { label: t('operations.subject'), show: (e) => <code className="b4a-break">{e.object || '—'}</code> },
            {
              label: t('audit.outcome'),
              show: (e) => (
                <>
                  <OutcomeLabel outcome={e.outcome} /> {e.code && <code className="b4a-break">{e.code}</code>}
                </>
              ),
            },
          ]}
        />
      </PageSection>
      {shown && <EntryDialog entry={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}
