import { SaxesParser } from 'saxes';
import { ImportFailed } from '../failure.ts';

export interface XmlEvents {
  /** Names come without their prefix; attributes with it. */
  open?: (name: string, attributes: Record<string, string>) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
}

/** Entities and document types of a file's own are not resolved. @throws ImportFailed for what is no XML */
export const xmlReader = ({ open, text, close }: XmlEvents) => {
  const decoder = new TextDecoder();
  const parser = new SaxesParser();
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  if (open) parser.on('opentag', ({ name, attributes }) => open(local(name), attributes));
  if (text) parser.on('text', text);
  if (close) parser.on('closetag', ({ name }) => close(local(name)));
  parser.on('error', (error) => {
    throw new ImportFailed('SPREADSHEET', `The workbook is damaged: ${error.message}`);
  });
  return {
    push: (piece: Uint8Array) => {
      parser.write(decoder.decode(piece, { stream: true }));
    },
    finish: () => {
      parser.write(decoder.decode()).close();
    },
  };
};

/** Reads a whole part of a workbook. */
export const readXml = async (pieces: AsyncIterable<Uint8Array>, events: XmlEvents): Promise<void> => {
  const reader = xmlReader(events);
  for await (const piece of pieces) reader.push(piece);
  reader.finish();
};
