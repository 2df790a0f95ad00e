package io.github.hunyuanvideo.core.torch;

/**
 * Each method runs operators on tiny tensors of a device and tells whether the numbers are right.
 */
@ProgramSource("selftest")
interface SelfTestProgram {

  boolean linearBf16(String device);

  boolean attention(String device);

  boolean norms(String device);

  boolean groupNorm(String device);

  boolean convolution(String device);

  boolean upsampling(String device);

  boolean activations(String device);

  boolean rotation(String device);

  boolean float8(String device);

  boolean noise(String device);
}
