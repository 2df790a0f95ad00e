package io.github.hunyuanvideo.core.torch;

import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.api.OutOfDeviceMemoryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Runs every kind of operator that the models use once, on tiny tensors whose results are known, so
 * that natives that do not fit are found at the start and by name, and not after minutes of work.
 */
final class SelfTest {

  private SelfTest() {}

  /**
   * Tests an engine on its device.
   *
   * @throws NativeLibraryException if an operator is missing, fails or gives a wrong result; the
   *     message names it
   * @throws OutOfDeviceMemoryException if the device has no memory left even for tiny tensors
   */
  static void run(TorchEngine engine) {
    run(engine, checks(engine.program(SelfTestProgram.class)));
  }

  private static Map<String, Predicate<String>> checks(SelfTestProgram program) {
    Map<String, Predicate<String>> checks = new LinkedHashMap<>();
    checks.put("linear in bf16", program::linearBf16);
    checks.put("scaled_dot_product_attention in bf16", program::attention);
    checks.put("layer_norm and rms_norm", program::norms);
    checks.put("group_norm", program::groupNorm);
    checks.put("conv3d with replication_pad3d", program::convolution);
    checks.put("upsample_nearest3d", program::upsampling);
    checks.put("gelu, silu", program::activations);
    checks.put("complex multiplication", program::rotation);
    checks.put("casts to and from float8_e4m3fn", program::float8);
    checks.put("randn with a generator", program::noise);
    return checks;
  }

  /**
   * Runs checks, each under the name of what it checks; given a device, they say if it is right.
   */
  static void run(TorchEngine engine, Map<String, Predicate<String>> checks) {
    List<String> failed = new ArrayList<>();
    checks.forEach(
        (operator, check) -> {
          try {
            if (!check.test(engine.device().toString())) {
              failed.add(operator + " gives wrong numbers");
            }
          } catch (OutOfDeviceMemoryException e) {
            throw e; // the natives are not to blame, and a later start may succeed
          } catch (HunyuanVideoException e) {
            failed.add(operator + ": " + e.getMessage());
          }
        });
    if (!failed.isEmpty()) {
      throw new NativeLibraryException(
          "The natives that were loaded (%s) fail the self-test on %s: %s"
              .formatted(engine.natives(), engine.device(), String.join("; ", failed)));
    }
  }
}
