package io.github.hunyuanvideo.core.torch;

/** Asks the natives what the processor can do. */
@ProgramSource("processor")
interface ProcessorProgram {

  /** Whether oneDNN has kernels in bf16 for this processor. */
  boolean computesInBf16();
}
