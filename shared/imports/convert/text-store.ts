import { ImportFailed } from '../failure.ts';

const blockBytes = 1024 * 1024;
const mostBlocks = 192;
const mostTexts = 8_000_000;

/** The shared texts of a workbook, by their place: their bytes in a few blocks, without an object for each. */
export class TextStore {
  private readonly blocks: Buffer[] = [];
  /** Where each text begins, counted through all blocks, and its bytes. */
  private starts = new Uint32Array(1024);
  private lengths = new Uint32Array(1024);
  private count = 0;
  private used = blockBytes;

  /** @throws ImportFailed when there is no more room */
  add(text: string) {
    const bytes = Buffer.byteLength(text);
    if (this.used + bytes > blockBytes) {
      if (this.blocks.length === mostBlocks || bytes > blockBytes) throw tooLarge();
      this.blocks.push(Buffer.alloc(blockBytes));
      this.used = 0;
    }
    if (this.count === this.starts.length) this.grow();
    this.blocks.at(-1)?.write(text, this.used);
    this.starts[this.count] = (this.blocks.length - 1) * blockBytes + this.used;
    this.lengths[this.count] = bytes;
    this.used += bytes;
    this.count += 1;
  }

  /** Empty where there is none. */
  at(place: number): string {
    if (!(place >= 0 && place < this.count)) return '';
    const start = this.starts[place] ?? 0;
    const from = start % blockBytes;
    const block = this.blocks[Math.floor(start / blockBytes)];
    return block?.toString('utf8', from, from + (this.lengths[place] ?? 0)) ?? '';
  }

  private grow() {
    if (this.count >= mostTexts) throw tooLarge();
    const size = Math.min(this.count * 2, mostTexts);
    const [starts, lengths] = [new Uint32Array(size), new Uint32Array(size)];
    starts.set(this.starts);
    lengths.set(this.lengths);
    this.starts = starts;
    this.lengths = lengths;
  }
}

const tooLarge = () =>
  new ImportFailed('TOO_LARGE', 'The workbook holds more text than can be read at once: save it as CSV');
