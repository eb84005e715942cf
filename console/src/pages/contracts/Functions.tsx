// SPDX-License-Identifier: Apache-2.0

import { Alert, Form, Nav, NavGroup, NavItem, Skeleton } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'react-router';

import type { Contract } from '../../api/contracts';
import { Empty } from '../../components/Empty';
import { SelectField } from '../../components/fields';
import { ProblemAlert } from '../../components/ProblemAlert';
import { ServerText } from '../../components/ServerText';
import { useMetadata } from '../../queries/contracts';
import { CallerFields, type Caller } from './CallerFields';
import { FunctionCall } from './FunctionCall';
import { describe, type FunctionForm } from './describe';

/** A contract's functions: choose one, fill its form, see the answer. */
export function Functions({ contract }: { contract: Contract }) {
  const { t, i18n } = useTranslation();
  const query = useMetadata(contract.ledger, contract.name);
  const [search, setSearch] = useSearchParams();
  const [caller, setCaller] = useState<Caller>({ organization: '', application: '' });
  if (contract.state !== 'ready' && !query.data) {
    return (
      <Alert variant="warning" isInline component="p" title={t('contracts.notReady')}>
        {contract.reason && <ServerText>{contract.reason}</ServerText>}
      </Alert>
    );
  }
  if (query.error && !query.data) {
    return <ProblemAlert error={query.error} title={t('functions.loadFailed')} retry={() => void query.refetch()} />;
  }
  if (!query.data) return <Skeleton height="16rem" screenreaderText={t('loading')} />;
  const functions = describe(query.data, i18n.language);
  if (functions.length === 0) return <Empty title={t('functions.empty')}>{t('functions.emptyBody')}</Empty>;
  const chosen = functions.find((f) => f.name === search.get('function'));
  const option = (f: FunctionForm) => ({
    value: f.name,
    label: `${f.title} · ${f.submit ? t('functions.writes') : t('functions.reads')}`,
  });
  return (
    <div className="b4a-functions">
      <FunctionNav functions={functions} chosen={chosen} />
      <Form className="b4a-function-choice" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          id="function"
          label={t('functions.one')}
          options={functions.map(option)}
          value={chosen?.name ?? ''}
          onChange={(name) => setSearch(name ? { function: name } : {})}
        />
      </Form>
      <div>
        {chosen ? (
          <FunctionCall
            key={chosen.name}
            contract={contract}
            form={chosen}
            caller={caller}
            callerFields={<CallerFields contract={contract} submit={chosen.submit} caller={caller} onChange={setCaller} />}
          />
        ) : (
          <Empty title={t('functions.choose')}>{t('functions.chooseBody')}</Empty>
        )}
      </div>
    </div>
  );
}

function FunctionNav({ functions, chosen }: { functions: readonly FunctionForm[]; chosen: FunctionForm | undefined }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const group = (title: string, submit: boolean) => {
    const items = functions.filter((f) => f.submit === submit);
    return (
      items.length > 0 && (
        <NavGroup title={title}>
          {items.map((f) => (
            <NavItem key={f.name} isActive={f.name === chosen?.name}>
              <Link
                to={{ pathname, search: `?function=${encodeURIComponent(f.name)}` }}
                aria-current={f.name === chosen?.name ? 'true' : undefined}
                replace
              >
                {f.title}
              </Link>
            </NavItem>
          ))}
        </NavGroup>
      )
    );
  };
  return (
    <Nav className="b4a-function-list" aria-label={t('functions.title')}>
      {group(t('functions.queries'), false)}
      {group(t('functions.transactions'), true)}
    </Nav>
  );
}
