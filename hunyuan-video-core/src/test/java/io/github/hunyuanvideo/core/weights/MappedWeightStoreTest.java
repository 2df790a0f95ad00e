package io.github.hunyuanvideo.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.checkpoint.SafetensorsWriter;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(EngineExtension.class)
class MappedWeightStoreTest {

  private static final BlockId BLOCK = new BlockId("block");
  private static final ComputeDevice CPU = ComputeDevice.cpu();

  @TempDir Path folder;

  private final TorchEngine engine;
  private final long before;
  private Path file = Path.of("");

  MappedWeightStoreTest(TorchEngine engine) {
    this.engine = engine;
    this.before = engine.openTensors();
  }

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("model.safetensors");
    new SafetensorsWriter().add("block.weight", FloatTensor.of(new float[] {1, 2}, 2)).write(file);
  }

  @AfterEach
  void everythingIsClosed() {
    assertThat(engine.openTensors()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsShortenedAfterTheFirstLeaseIsRefusedAtTheNext(WeightResidency residency)
      throws IOException {
    try (WeightStore store = store(ScalarType.FLOAT32, residency)) {
      assertThat(leased(store)).containsExactly(1, 2);
      Files.write(file, new byte[0]);
      assertThatThrownBy(() -> store.acquire(BLOCK, CPU))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("changed since it was opened");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsReplacedAfterTheFirstLeaseIsRefusedAtTheNext(WeightResidency residency)
      throws IOException {
    try (WeightStore store = store(ScalarType.FLOAT32, residency)) {
      assertThat(leased(store)).containsExactly(1, 2);
      FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() + 2000);
      write();
      Files.setLastModifiedTime(file, later);
      assertThatThrownBy(() -> store.acquire(BLOCK, CPU)).isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void aFileIsCheckedEvenWhileAnotherLeaseHoldsTheBlock() throws IOException {
    try (WeightStore store = store(ScalarType.FLOAT32, WeightResidency.RELEASE);
        BlockWeights held = store.acquire(BLOCK, CPU)) {
      assertThat(held.get("weight").toFloats()).containsExactly(1, 2);
      Files.delete(file);
      assertThatThrownBy(() -> store.acquire(BLOCK, CPU)).isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void weightsThatWereConvertedNeedTheirFileNoMore() throws IOException {
    try (WeightStore store = store(ScalarType.BFLOAT16, WeightResidency.KEEP)) {
      assertThat(leased(store)).containsExactly(1, 2);
      Files.delete(file);
      assertThat(leased(store)).containsExactly(1, 2);
    }
  }

  @Test
  void leasesOfABlockShareItsMemory() {
    try (WeightStore store = store(ScalarType.BFLOAT16, WeightResidency.RELEASE);
        BlockWeights one = store.acquire(BLOCK, CPU);
        BlockWeights other = store.acquire(BLOCK, CPU)) {
      assertThat(other.tensors()).isSameAs(one.tensors());
    }
  }

  /** The natives of these tests see no GPU; what matters is that the CPU's tensors do not come. */
  @Test
  void aBlockThatIsHeldOnOneDeviceIsNotGivenOutForAnother() {
    try (WeightStore store = store(ScalarType.FLOAT32, WeightResidency.KEEP)) {
      assertThat(leased(store)).containsExactly(1, 2);
      assertThatThrownBy(() -> store.acquire(BLOCK, ComputeDevice.cuda(0)))
          .hasMessageContaining("CUDA");
      assertThat(leased(store)).containsExactly(1, 2);
    }
  }

  private WeightStore store(ScalarType type, WeightResidency residency) {
    return ModelWeights.of(
            Safetensors.openFile(file, ""),
            new WeightLayout(List.of(BlockLayout.of(BLOCK).tensor("weight", 2))),
            name -> false)
        .open(engine, type, residency);
  }

  private static float[] leased(WeightStore store) {
    try (BlockWeights weights = store.acquire(BLOCK, CPU)) {
      return weights.get("weight").toFloats();
    }
  }
}
