// SPDX-License-Identifier: Apache-2.0
import {
  Alert,
  Breadcrumb,
  BreadcrumbItem,
  Button,
  Card,
  CardBody,
  CardTitle,
  Form,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  Label,
  TextArea,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { ContractFunction } from '../api/client';
import type { Commit } from '../api/types';
import { args, fields, pretty, privateInputs, valid, type Field } from '../components/call';
import { Id, Loaded, Page, Problem, State } from '../components/common';
import { useApplications, useContracts, useEvaluate, useLedger, useMetadata, useSubmit } from '../queries';
import { Facts } from './Organization';

function Input(props: { field: Field; value: string; set: (v: string) => void }) {
  const { t } = useTranslation();
  const { field, value, set } = props;
  const id = `arg-${field.name}`;
  const bad = value !== '' && !valid(field, value);
  const hint = field.pattern && bad ? t('call.mustMatch', { pattern: field.pattern.source }) : field.description;
  return (
    <FormGroup label={field.name} isRequired={!field.optional} fieldId={id}>
      {field.options.length > 0 ? (
        <FormSelect id={id} value={value} onChange={(_e, v) => set(v)}>
          <FormSelectOption value="" label={t('choose')} isPlaceholder />
          {field.options.map((o) => (
            <FormSelectOption key={o} value={o} label={o} />
          ))}
        </FormSelect>
      ) : (
        <TextInput id={id} value={value} onChange={(_e, v) => set(v)} validated={bad ? 'error' : 'default'} />
      )}
      {hint && (
        <FormHelperText>
          <HelperText>
            <HelperTextItem variant={bad ? 'error' : 'default'}>{hint}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}

function Outcome({ ledger, commit, result }: { ledger: string; commit?: Commit; result?: string }) {
  const { t } = useTranslation();
  return (
    <>
      {commit && (
        <Alert isInline className="b4a-gap" variant={commit.state === 'committed' ? 'success' : 'warning'} title={t(`call.${commit.state}`, { block: commit.block })}>
          <Link to={`/ledgers/${ledger}/transactions/${commit.transactionId}`}>{t('call.seeTransaction')}</Link>
        </Alert>
      )}
      {result !== undefined && (
        <Card isCompact className="b4a-gap">
          <CardTitle component="h3">{t('call.result')}</CardTitle>
          <CardBody>
            <pre className="b4a-result">{result === '' ? t('call.empty') : pretty(result)}</pre>
          </CardBody>
        </Card>
      )}
    </>
  );
}

function CallForm(props: { ledger: string; contract: string; members: string[]; called: ContractFunction; raw: unknown }) {
  const { t } = useTranslation();
  const { ledger, contract, called } = props;
  const form = fields(called);
  const inputs = privateInputs(props.raw, called.name);
  const [organization, setOrganization] = useState(props.members.length === 1 ? (props.members[0] ?? '') : '');
  const [application, setApplication] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const applications = useApplications(organization);
  const submit = useSubmit(ledger, contract);
  const evaluate = useEvaluate(ledger, contract);
  const busy = submit.isPending || evaluate.isPending;
  const custodial = applications.data?.items?.filter((a) => a.custody === 'platform') ?? [];
  const ready = organization !== '' && form.every((f) => valid(f, values[f.name] ?? ''));
  const call = () => {
    const body = {
      organization,
      application: application || undefined,
      function: called.name,
      arguments: args(form, values),
      transient: Object.fromEntries(Object.entries(secrets).filter(([, v]) => v !== '')),
    };
    if (called.submit) submit.mutate(body);
    else evaluate.mutate(body);
  };
  return (
    <Form
      onSubmit={(e) => {
        e.preventDefault();
        if (ready && !busy) call();
      }}
    >
      <p>{called.description}</p>
      <FormGroup label={t('call.inNameOf')} isRequired fieldId="call-org">
        <FormSelect id="call-org" value={organization} onChange={(_e, v) => setOrganization(v)}>
          <FormSelectOption value="" label={t('choose')} isPlaceholder isDisabled />
          {props.members.map((m) => (
            <FormSelectOption key={m} value={m} label={m} />
          ))}
        </FormSelect>
      </FormGroup>
      {custodial.length > 0 && (
        <FormGroup label={t('call.signedBy')} fieldId="call-app">
          <FormSelect id="call-app" value={application} onChange={(_e, v) => setApplication(v)}>
            <FormSelectOption value="" label={t('call.office')} />
            {custodial.map((a) => (
              <FormSelectOption key={a.name} value={a.name} label={a.name} />
            ))}
          </FormSelect>
        </FormGroup>
      )}
      {form.map((f) => (
        <Input key={f.name} field={f} value={values[f.name] ?? ''} set={(v) => setValues({ ...values, [f.name]: v })} />
      ))}
      {inputs.map((i) => (
        <FormGroup key={i.name} label={`${i.name} (${t('call.private')})`} fieldId={`private-${i.name}`}>
          <TextArea
            id={`private-${i.name}`}
            rows={3}
            resizeOrientation="vertical"
            value={secrets[i.name] ?? ''}
            onChange={(_e, v) => setSecrets({ ...secrets, [i.name]: v })}
          />
          <FormHelperText>
            <HelperText>
              <HelperTextItem>{i.description || t('call.privateHint')}</HelperTextItem>
            </HelperText>
          </FormHelperText>
        </FormGroup>
      ))}
      <div>
        <Button type="submit" isDisabled={!ready || busy} isLoading={busy}>
          {called.submit ? t('call.submit') : t('call.evaluate')}
        </Button>
      </div>
      <div aria-live="polite">
        <Problem error={submit.error ?? evaluate.error} />
        <Outcome ledger={ledger} commit={submit.data} result={submit.data?.result ?? evaluate.data?.result} />
      </div>
    </Form>
  );
}

export default function ContractPage() {
  const { t } = useTranslation();
  const { ledger = '', contract = '' } = useParams();
  const contracts = useContracts(ledger);
  const members = useLedger(ledger).data?.organizations ?? [];
  const metadata = useMetadata(ledger, contract);
  const [name, setName] = useState('');
  const found = contracts.data?.items?.find((c) => c.name === contract);
  return (
    <Page
      title={contract}
      lead={
        <Breadcrumb aria-label={t('breadcrumb')}>
          <BreadcrumbItem>
            <Link to={`/ledgers/${ledger}`}>{ledger}</Link>
          </BreadcrumbItem>
        </Breadcrumb>
      }
    >
      {found && (
        <Facts
          facts={[
            [t('state.title'), <State key="s" state={found.state} reason={found.reason} />],
            [t('contract.version'), `${found.version} (${found.sequence})`],
            [t('contract.endorsement'), found.endorsement],
            [t('contract.approvedBy'), found.approvals?.join(', ')],
            [t('contract.package'), <Id key="p" value={found.packageId ?? ''} />],
          ]}
        />
      )}
      <Loaded query={metadata}>
        {(m) => {
          const called = m.functions?.find((f) => f.name === name);
          return (
            <Card className="b4a-gap">
              <CardTitle component="h2">{t('call.title')}</CardTitle>
              <CardBody>
                <Form>
                  <FormGroup label={t('call.function')} fieldId="function">
                    <FormSelect id="function" value={name} onChange={(_e, v) => setName(v)}>
                      <FormSelectOption value="" label={t('choose')} isPlaceholder />
                      {m.functions?.map((f) => (
                        <FormSelectOption key={f.name} value={f.name} label={f.title ? `${f.name} – ${f.title}` : f.name} />
                      ))}
                    </FormSelect>
                  </FormGroup>
                </Form>
                {called && (
                  <div className="b4a-gap">
                    <Label color={called.submit ? 'orange' : 'blue'} isCompact>
                      {called.submit ? t('call.writes') : t('call.reads')}
                    </Label>
                    <div className="b4a-gap">
                      <CallForm key={name} ledger={ledger} contract={contract} members={members} called={called} raw={m.raw} />
                    </div>
                  </div>
                )}
              </CardBody>
            </Card>
          );
        }}
      </Loaded>
    </Page>
  );
}
