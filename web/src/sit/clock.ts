// SPDX-License-Identifier: MIT
// The server's time, from the answers that tell it, on the monotonic clock of the page. The device's own date plays no part.

const SAMPLES = 8;
const LONGEST = 10_000; // ms; of an answer that took longer half the way says nothing: the computer slept, or the line did

interface Sample { offset: number; roundTrip: number }

export class ServerClock {
  private samples: Sample[] = [];
  private isVoid = false;
  private drift = Date.now() - performance.now();

  /** `serverTime` was written somewhere between `sent` and `received`; half the way is the best guess. */
  learn(serverTime: string, sent: number, received: number): void {
    const roundTrip = received - sent;
    if (roundTrip > LONGEST && this.samples.length > 0) return;
    if (this.isVoid) this.samples = [];
    this.isVoid = false;
    this.samples.push({ offset: Date.parse(serverTime) - (sent + roundTrip / 2), roundTrip });
    this.samples = this.samples.slice(-SAMPLES);
  }

  /** Milliseconds since 1970, by the answer that was quickest. */
  now(): number {
    const best = this.samples.reduce<Sample | undefined>((a, b) => (a && a.roundTrip <= b.roundTrip ? a : b), undefined);
    return performance.now() + (best?.offset ?? Date.now() - performance.now());
  }

  /** Whether the two local clocks have parted since the last call, as they do when a computer sleeps: what was learnt is void as soon
      as there is something better. */
  hasSlept(): boolean {
    const drift = Date.now() - performance.now();
    const isApart = Math.abs(drift - this.drift) > 2000;
    this.drift = drift;
    this.isVoid ||= isApart;
    return isApart;
  }
}
