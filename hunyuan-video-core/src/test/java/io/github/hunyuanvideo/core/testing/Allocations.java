package io.github.hunyuanvideo.core.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what code allocates on the heap, so that a small file cannot make it much. */
public final class Allocations {

  private Allocations() {}

  /** How many bytes the current thread allocates while the code runs. */
  public static long during(Runnable code) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    code.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
