package io.github.hunyuanvideo.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.core.device.DeviceMemory;
import io.github.hunyuanvideo.core.device.HostMemory;
import io.github.hunyuanvideo.core.pipeline.StageInspection;
import io.github.hunyuanvideo.core.pipeline.StageMemory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Memory, judged on machines that are not there. */
class DiagnosisTest {

  private static final long GB = 1_000_000_000;

  private final StringWriter page = new StringWriter();
  private final Diagnosis diagnosis = new Diagnosis(new PrintWriter(page));

  @Test
  void copiesThatDoNotFitAreAProblem() {
    diagnosis.memory(cpu(16), List.of(transformer(Precision.FP32, 0, 51, 51)), OffloadMode.MODEL);
    assertThat(diagnosis.verdict()).isEqualTo(ExitCode.MEMORY);
    assertThat(page.toString())
        .contains("16.0 GB available")
        .contains("weights in fp32: 51.0 GB of copies")
        .contains("PROBLEM 51.0 GB of copies do not fit");
  }

  @Test
  void copiesOfOneBlockAtATimeFitWhereAllTogetherWouldNot() {
    diagnosis.memory(cpu(16), List.of(transformer(Precision.FP32, 0, 51, 2)), OffloadMode.MODEL);
    assertThat(diagnosis.verdict()).isEqualTo(ExitCode.OK);
    assertThat(page.toString()).contains("51.0 GB of copies, of these 2.0 GB at a time");
  }

  @Test
  void aFileThatIsLargerThanTheMemoryWorksSlowly() {
    diagnosis.memory(cpu(16), List.of(transformer(Precision.BF16, 26, 0, 0)), OffloadMode.MODEL);
    assertThat(diagnosis.verdict()).isEqualTo(ExitCode.OK);
    assertThat(page.toString()).contains("26.0 GB straight from the file").contains("slowly");
  }

  @Test
  void weightsThatFitSayNothingMore() {
    diagnosis.memory(cpu(32), List.of(transformer(Precision.BF16, 26, 0, 0)), OffloadMode.MODEL);
    assertThat(page.toString()).doesNotContain("slowly").doesNotContain("PROBLEM");
  }

  @Test
  void onAGpuItsOwnMemoryCounts() {
    Room room = gpu(new DeviceMemory(24 * GB, 23 * GB));
    diagnosis.memory(room, List.of(transformer(Precision.BF16, 0, 26, 26)), OffloadMode.MODEL);
    assertThat(diagnosis.verdict()).isEqualTo(ExitCode.MEMORY);
    assertThat(page.toString())
        .contains("24.0 GB in all, 23.0 GB free")
        .contains("PROBLEM 26.0 GB");
  }

  @Test
  void aGpuThatDoesNotTellItsMemoryIsNoProblem() {
    diagnosis.memory(gpu(null), List.of(transformer(Precision.BF16, 0, 26, 26)), OffloadMode.MODEL);
    assertThat(diagnosis.verdict()).isEqualTo(ExitCode.OK);
    assertThat(page.toString()).contains("cannot be read");
  }

  @Test
  void stagesThatStayMustFitTogether() {
    StageInspection llama = opened(Stage.TEXT_ENCODER, Precision.FP16, 0, 15, 15);
    StageInspection transformer = transformer(Precision.BF16, 0, 26, 26);
    Room room = gpu(new DeviceMemory(40 * GB, 30 * GB));
    diagnosis.memory(room, List.of(llama, transformer), OffloadMode.MODEL);
    assertThat(diagnosis.verdict()).isEqualTo(ExitCode.OK);
    diagnosis.memory(room, List.of(llama, transformer), OffloadMode.NONE);
    assertThat(diagnosis.verdict()).isEqualTo(ExitCode.MEMORY);
    assertThat(page.toString())
        .contains("PROBLEM 41.0 GB of copies, with those of the stages before, do not fit");
  }

  @Test
  void aModelThatCannotBeOpenedNeedsNobodyKnowsWhat() {
    StageInspection broken =
        new StageInspection(
            Stage.VAE, null, new CheckpointException(Path.of("vae"), "it is broken"));
    diagnosis.memory(cpu(16), List.of(broken), OffloadMode.MODEL);
    assertThat(page.toString()).contains("unknown until its stages can be opened");
  }

  private static Room cpu(long available) {
    return new Room(ComputeDevice.cpu(), new HostMemory(64 * GB, available * GB), null);
  }

  private static Room gpu(@Nullable DeviceMemory memory) {
    return new Room(ComputeDevice.cuda(0), new HostMemory(128 * GB, 100 * GB), memory);
  }

  private static StageInspection transformer(
      Precision precision, long inPlace, long copied, long atOnce) {
    return opened(Stage.TRANSFORMER, precision, inPlace, copied, atOnce);
  }

  private static StageInspection opened(
      Stage stage, Precision precision, long inPlace, long copied, long atOnce) {
    return new StageInspection(
        stage, new StageMemory(precision, inPlace * GB, copied * GB, atOnce * GB), null);
  }
}
