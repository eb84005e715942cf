// SPDX-License-Identifier: Apache-2.0

import { Button, Card, CardBody, CardTitle, Content, Flex, Form, FormFieldGroup, FormFieldGroupHeader, Label } from '@patternfly/react-core';
import EditIcon from '@patternfly/react-icons/dist/esm/icons/pencil-alt-icon';
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Call, Contract } from '../../api/contracts';
import { ServerText } from '../../components/ServerText';
import { useForm } from '../../hooks/useForm';
import { useEvaluate, useSubmit } from '../../queries/contracts';
import { useSignedEvaluate, useSignedSubmit } from '../../queries/signing';
import { Answer } from './Answer';
import { deviceName, office, type Caller } from './CallerFields';
import type { FunctionForm } from './describe';
import { ExtraInputs, type Extra } from './ExtraInputs';
import { useComplaint, ValueField } from './ValueField';
import { argumentKey, encodeCall, initialValues, keyedFields, privateKey } from './values';

interface Props {
  contract: Contract;
  form: FunctionForm;
  caller: Caller;
  callerFields: ReactNode;
}

/** One function's form and what it answered. */
export function FunctionCall({ contract, form: fn, caller, callerFields }: Props) {
  const { t } = useTranslation();
  const complaint = useComplaint();
  const [extra, setExtra] = useState<readonly Extra[]>([]);
  const form = useForm<Record<string, string>>('call', initialValues(fn), (values) =>
    Object.fromEntries(keyedFields(fn).flatMap(([key, field]) => {
      const wrong = complaint(field, values[key] ?? '');
      return wrong ? [[key, wrong]] : [];
    })),
  );
  const submit = useSubmit(contract.ledger, contract.name);
  const evaluate = useEvaluate(contract.ledger, contract.name);
  const signedSubmit = useSignedSubmit(contract.ledger, contract.name);
  const signedEvaluate = useSignedEvaluate(contract.ledger, contract.name);
  // The call that was made last: by a key here or by one of the platform's.
  const [signedHere, setSignedHere] = useState(false);
  const [submission, query] = signedHere ? [signedSubmit, signedEvaluate] : [submit, evaluate];
  const last = fn.submit ? submission : query;
  const busy = last.isPending;
  const send = () => {
    const missing = caller.organization === '' ? 'call-organization' : caller.application === '' ? 'call-application' : undefined;
    if (missing) document.getElementById(missing)?.focus();
    else if (form.check()) call();
  };
  const call = () => {
    const name = deviceName(caller);
    const encoded = encodeCall(fn, form.values);
    const transient = { ...encoded.transient, ...Object.fromEntries(extra.filter((e) => e.key).map((e) => [e.key, e.value])) };
    const request: Call = {
      organization: caller.organization,
      ...(caller.application === office || name !== undefined ? {} : { application: caller.application }),
      function: fn.name,
      arguments: encoded.arguments,
      ...(Object.keys(transient).length > 0 ? { transient } : {}),
    };
    setSignedHere(name !== undefined);
    if (name === undefined) (fn.submit ? submit : evaluate).mutate(request);
    else (fn.submit ? signedSubmit : signedEvaluate).mutate({ name, call: request });
  };
  const input = (key: string, field: FunctionForm['parameters'][number]) => (
    <ValueField
      key={key}
      id={`call-${key}`}
      field={field}
      value={form.values[key] ?? ''}
      onChange={(v) => form.set(key, v)}
      onBlur={() => form.touch(key)}
      error={form.errorOf(key)}
    />
  );
  return (
    <Card>
      <CardTitle component="h2">
        <Flex spaceItems={{ default: 'spaceItemsMd' }}>
          <span>{fn.title}</span>
          {fn.submit ? (
            <Label color="orange" icon={<EditIcon />}>{t('functions.writes')}</Label>
          ) : (
            <Label color="blue" icon={<SearchIcon />}>{t('functions.reads')}</Label>
          )}
        </Flex>
      </CardTitle>
      <CardBody>
        <Content>
          {fn.description && <p><ServerText>{fn.description}</ServerText></p>}
          <p className="b4a-quiet">{fn.submit ? t('functions.submitBody') : t('functions.evaluateBody')}</p>
        </Content>
        <Form
          className="b4a-gap"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          {callerFields}
          {fn.parameters.map((f, n) => input(argumentKey(n), f))}
          {fn.transient.map((p) => (
            <FormFieldGroup
              key={p.name}
              header={
                <FormFieldGroupHeader
                  titleText={{ text: t('functions.private', { title: p.title }), id: `private-${p.name}` }}
                  titleDescription={p.fields && p.description ? <ServerText>{p.description}</ServerText> : undefined}
                />
              }
            >
              {p.fields ? p.fields.map((f) => input(privateKey(p, f), f)) : input(privateKey(p), p.whole)}
            </FormFieldGroup>
          ))}
          {fn.transient.length === 0 && <ExtraInputs rows={extra} onChange={setExtra} />}
          <div>
            <Button type="submit" isLoading={busy} isDisabled={busy}>
              {fn.submit ? t('functions.submit') : t('functions.evaluate')}
            </Button>
          </div>
        </Form>
        <Answer
          ledger={contract.ledger}
          commit={fn.submit ? submission.data : undefined}
          result={fn.submit ? undefined : query.data}
          error={busy ? null : last.error}
        />
      </CardBody>
    </Card>
  );
}
