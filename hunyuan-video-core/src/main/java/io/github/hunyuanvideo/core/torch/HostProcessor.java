package io.github.hunyuanvideo.core.torch;

import io.github.hunyuanvideo.api.HunyuanVideoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the processor can do that decides between number formats. */
public final class HostProcessor {

  private static final Logger log = LoggerFactory.getLogger(HostProcessor.class);

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Instructions for bf16: on x86-64 AVX-512 or AMX, on Arm the extension of that name. */
  private static final Pattern BF16 = Pattern.compile("\\b(avx512_bf16|amx_bf16|bf16)\\b");

  private HostProcessor() {}

  /** Whether the processor multiplies in bf16, and the natives have kernels that use it. */
  public static boolean computesInBf16(TorchEngine engine) {
    return hasInstructions() && hasKernels(engine);
  }

  private static boolean hasInstructions() {
    if (!Files.isReadable(CPU_INFO)) {
      return true; // not Linux: the natives' own answer decides
    }
    try {
      return namesInstructions(Files.readString(CPU_INFO));
    } catch (IOException e) {
      log.debug("{} cannot be read", CPU_INFO, e);
      return false;
    }
  }

  /** Whether a text like that of {@code /proc/cpuinfo} has them among the processor's flags. */
  static boolean namesInstructions(String cpuInfo) {
    return BF16.matcher(cpuInfo).find();
  }

  private static boolean hasKernels(TorchEngine engine) {
    try {
      return engine.program(ProcessorProgram.class).computesInBf16();
    } catch (HunyuanVideoException e) {
      log.debug("The natives do not say whether they compute in bf16", e);
      return false;
    }
  }
}
