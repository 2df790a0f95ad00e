package io.github.hunyuanvideo.core.torch;

import ai.djl.engine.EngineException;
import com.google.common.base.Splitter;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.OutOfDeviceMemoryException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What PyTorch threw, as an exception of this library. The bridge has one class for everything. */
final class EngineFailure {

  /** How the reason begins in a message; what comes before is a trace, what comes after advice. */
  private static final Pattern REASON = Pattern.compile("(?m)^[\\w.]*(?:Error|Exception): (.+)$");

  /** The allocators of GPUs, and what the libraries on them say when they get no workspace. */
  private static final Pattern DEVICE_MEMORY =
      Pattern.compile("\\bout of memory\\b|_STATUS_ALLOC_FAILED\\b");

  /** c10/core/impl/alloc_cpu.cpp, on Linux and macOS and on Windows; mmap; C++. */
  private static final Pattern HOST_MEMORY =
      Pattern.compile(
          "DefaultCPUAllocator: (?:can't allocate|not enough) memory|Cannot allocate memory|\\bbad_alloc\\b|\\bbad allocation\\b");

  private EngineFailure() {}

  /**
   * Translates an exception.
   *
   * @param what the call that failed, for the message
   * @param device where the engine computes
   * @return one that {@link HunyuanVideoException#retryable()} tells from others if memory was
   *     short
   */
  static HunyuanVideoException of(String what, ComputeDevice device, EngineException e) {
    String problem = "%s failed: %s".formatted(what, reason(e));
    String message = String.valueOf(e.getMessage());
    if (HOST_MEMORY.matcher(message).find()) {
      return new OutOfDeviceMemoryException(ComputeDevice.cpu(), problem, e);
    } else if (DEVICE_MEMORY.matcher(message).find()) {
      return new OutOfDeviceMemoryException(device, problem, e);
    }
    return new HunyuanVideoException(problem, e);
  }

  /** TorchScript's messages are a trace of source lines, the reason, and sometimes more. */
  private static String reason(EngineException e) {
    String message = String.valueOf(e.getMessage());
    Matcher reason = REASON.matcher(message);
    if (reason.find()) {
      return reason.group(1).strip();
    }
    String last = "no message";
    for (String line : Splitter.on('\n').split(message)) {
      last = line.isBlank() ? last : line.strip();
    }
    return last;
  }
}
