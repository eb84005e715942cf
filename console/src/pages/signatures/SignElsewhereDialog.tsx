// SPDX-License-Identifier: Apache-2.0

import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { SignatureRequest, ToSign } from '../../api/signatures';
import { Code } from '../../components/Code';
import { FileButton } from '../../components/FileButton';
import { ProblemAlert } from '../../components/ProblemAlert';
import { asksFor } from '../../device/consent';
import { fromBase64, toBase64 } from '../../device/der';
import { saveFile } from '../../device/saveFile';
import { usePrepareSignature, useSendSignature } from '../../queries/signatures';

interface Props {
  request: SignatureRequest;
  onClose: () => void;
}

/** The certificate, the message to sign as a file, and the signature that another program made of it. */
export function SignElsewhereDialog({ request, onClose }: Props) {
  const { t } = useTranslation();
  const prepare = usePrepareSignature(request.id);
  const send = useSendSignature(request.id);
  const [given, setGiven] = useState<ToSign>();
  const certify = async (file: File) => prepare.mutateAsync(await file.text()).then(setGiven, () => undefined);
  const answer = async (file: File, { step, bytes }: ToSign) => {
    const signature = toBase64(new Uint8Array(await file.arrayBuffer()));
    const take = (next: ToSign | undefined) => (next ? setGiven(next) : onClose());
    await send.mutateAsync({ step, bytes, signature }).then(take, () => undefined);
  };
  const error = prepare.error ?? send.error;
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="elsewhere-title">
      <ModalHeader title={t('signatures.signElsewhere')} description={t('signatures.elsewhereBody')} labelId="elsewhere-title" />
      <ModalBody>
        <div className="b4a-stack">
          {error ? <ProblemAlert error={error} title={t('signatures.signFailed')} /> : null}
          {given ? (
            <Given request={request} given={given} onSignature={(file) => void answer(file, given)} />
          ) : (
            <>
              <Content component="p">{t('signatures.elsewhereCertificate')}</Content>
              <div>
                <FileButton
                  id="elsewhere-certificate"
                  label={t('signatures.certificateFile')}
                  accept=".pem,.crt,.cer"
                  onFiles={([file]) => file && void certify(file)}
                />
              </div>
            </>
          )}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="link" onClick={onClose}>{t('dialog.close')}</Button>
      </ModalFooter>
    </Modal>
  );
}

function Given({ request, given, onSignature }: { request: SignatureRequest; given: ToSign; onSignature: (file: File) => void }) {
  const { t } = useTranslation();
  if (!asksFor(request, given)) return <Content component="p">{t('signatures.foreign')}</Content>;
  const name = `${given.step}.bin`;
  return (
    <>
      {given.step === 'transaction' && <Content component="p">{t('signatures.second')}</Content>}
      <Content component="p">{t('signatures.elsewhereMessage')}</Content>
      <div>
        <Button variant="secondary" size="sm" onClick={() => saveFile(name, new Blob([fromBase64(given.message)]))}>
          {t('signatures.messageFile')}
        </Button>
      </div>
      <Code what={t('signatures.command')} text={`openssl dgst -sha256 -sign admin.key.pem -out signature.bin ${name}`} />
      <Content component="p">{t('signatures.elsewhereSignature')}</Content>
      <div>
        <FileButton
          id="elsewhere-signature"
          label={t('signatures.signatureFile')}
          accept=".bin,.sig,.der"
          onFiles={([file]) => file && onSignature(file)}
        />
      </div>
    </>
  );
}
