package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.api.OutOfDeviceMemoryException;
import io.github.hunyuanvideo.api.UnsupportedFeatureException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the program returns to the shell. */
enum ExitCode {
  OK(0, "done"),
  FAILED(1, "something unforeseen failed"),
  USAGE(2, "a flag or value is wrong"),
  CHECKPOINT(3, "a checkpoint's file is missing or malformed"),
  NATIVES(4, "a native library or device is missing or does not fit"),
  UNSUPPORTED(5, "the flag belongs to a feature that comes later"),
  OUTPUT(6, "a file could not be written"),
  MEMORY(7, "memory is short, of the host or of the GPU"),
  CANCELLED(130, "cancelled");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  String meaning() {
    return meaning;
  }

  /** The code for what a command threw. */
  static ExitCode of(Throwable failure) {
    if (failure instanceof GenerationCancelledException) {
      return CANCELLED;
    } else if (failure instanceof CheckpointException) {
      return CHECKPOINT;
    } else if (failure instanceof NativeLibraryException) {
      return NATIVES;
    } else if (failure instanceof UnsupportedFeatureException) {
      return UNSUPPORTED;
    } else if (failure instanceof OutOfDeviceMemoryException) {
      return MEMORY;
    } else if (failure instanceof HunyuanVideoException // no folder to unpack into, or a full one
        || failure instanceof IOException
        || failure instanceof UncheckedIOException) {
      return OUTPUT;
    }
    return failure instanceof IllegalArgumentException ? USAGE : FAILED;
  }
}
