package io.github.hunyuanvideo.core.torch;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what is open in native memory, so that a leak can be seen. */
final class Census {

  private final AtomicLong open = new AtomicLong();

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  long open() {
    return open.get();
  }
}
