package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.HeapTensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors that claim to be where they cannot be. */
class TorchStoragesTest {

  private static final long HUGE = 1L << 62;

  @TempDir private Path folder;

  /** An archive with a storage of 16 bytes, and a tensor of float32 that is said to lie in it. */
  private Path archive(long elements, long offset, List<Long> shape, List<Long> strides) {
    PickleBytes pickle = new PickleBytes().op('}').text("weight");
    byte[] bytes = pickle.tensor("0", elements, offset, shape, strides).op('s').stop();
    return ZipBytes.torch(bytes, new byte[16]).write(folder.resolve("weights.pt"));
  }

  private StoredTensor tensor(long offset, List<Long> shape, List<Long> strides) {
    TensorSource source = open(archive(4, offset, shape, strides));
    return Objects.requireNonNull(source.tensors().get("weight"));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertImpossible(
      long offset, List<Long> shape, List<Long> strides) {
    Path file = archive(4, offset, shape, strides);
    return assertRefused(() -> open(file)).hasMessageContaining("the tensor \"weight\"");
  }

  @Test
  void everyViewOfAStorageIsPossible() {
    assertThat(HeapTensors.floats(tensor(3, List.of(), List.of()))).hasSize(1);
    assertThat(HeapTensors.floats(tensor(0, List.of(2L, 2L), List.of(1L, 2L)))).hasSize(4);
    assertThat(HeapTensors.floats(tensor(1, List.of(5L, 3L), List.of(0L, 1L)))).hasSize(15);
    assertThat(HeapTensors.floats(tensor(2, List.of(1L, 2L), List.of(HUGE, 1L)))).hasSize(2);
    assertThat(HeapTensors.floats(tensor(HUGE, List.of(0L, 4L), List.of(4L, 1L)))).isEmpty();
  }

  @Test
  void aTensorOutsideOfItsStorageIsRefused() {
    assertImpossible(4, List.of(), List.of()).hasMessageContaining("beyond its storage of 16");
    assertImpossible(1, List.of(2L, 2L), List.of(2L, 1L)).hasMessageContaining("offset 1");
    assertImpossible(0, List.of(5L), List.of(1L)).hasMessageContaining("shape [5]");
    assertImpossible(0, List.of(2L, 2L), List.of(3L, 1L)).hasMessageContaining("strides [3, 1]");
    assertImpossible(Long.MAX_VALUE, List.of(), List.of()).hasMessageContaining("beyond");
  }

  @Test
  void negativeNumbersAreRefused() {
    assertImpossible(-1, List.of(2L), List.of(1L)).hasMessageContaining("cannot exist");
    assertImpossible(0, List.of(-2L), List.of(1L)).hasMessageContaining("cannot exist");
    assertImpossible(3, List.of(2L), List.of(-1L)).hasMessageContaining("cannot exist");
    assertImpossible(0, List.of(2L), List.of()).hasMessageContaining("cannot exist");
    assertImpossible(Long.MIN_VALUE, List.of(Long.MIN_VALUE), List.of(Long.MIN_VALUE));
  }

  @Test
  void sizesThatOverflowAreRefused() {
    assertImpossible(0, List.of(HUGE, 2L), List.of(0L, 0L)).hasMessageContaining("larger than any");
    assertImpossible(0, List.of(1L << 31, 1L << 32), List.of(0L, 0L));
    assertImpossible(0, List.of(1L << 32, 1L << 32), List.of(0L, 0L));
    assertImpossible(0, List.of(3L), List.of(HUGE)).hasMessageContaining("larger than any file");
    assertImpossible(Long.MAX_VALUE, List.of(2L), List.of(1L)).hasMessageContaining("larger than");
    assertImpossible(0, List.of(0L, HUGE, HUGE), List.of(1L, 1L, 1L));
  }

  @Test
  void aTensorThatIsExpandedBeyondReasonIsRefused() {
    assertImpossible(0, List.of(1L << 40), List.of(0L))
        .hasMessageContaining("shape [1099511627776]");
    assertThat(tensor(0, List.of(1L << 30), List.of(0L)).bytes()).isEqualTo(1L << 32);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 5, -4, 1L << 62, (1L << 62) + 4, Long.MAX_VALUE, Long.MIN_VALUE})
  void aStorageOfAnotherSizeThanItsEntryIsRefused(long elements) {
    Path file = archive(elements, 0, List.of(1L), List.of(1L));
    assertRefused(() -> open(file))
        .hasMessageContaining("\"weight\"")
        .hasMessageContaining("torch.FloatStorage of " + elements + " elements")
        .hasMessageContaining("\"archive/data/0\" has 16 bytes");
  }

  @Test
  void anEntryWithAPartOfAnElementIsRefused() {
    PickleBytes pickle = new PickleBytes().op('}').text("weight");
    byte[] bytes = pickle.tensor("0", 4, 0, List.of(1L), List.of(1L)).op('s').stop();
    Path file = ZipBytes.torch(bytes, new byte[18]).write(folder.resolve("weights.pt"));
    assertRefused(() -> open(file)).hasMessageContaining("\"archive/data/0\" has 18 bytes");
  }

  @Test
  void aStorageThatIsNotInTheArchiveIsRefused() {
    for (String key : List.of("1", "../data.pkl", "", "/etc/passwd", "0/")) {
      PickleBytes pickle = new PickleBytes().op('}').text("weight");
      byte[] bytes = pickle.tensor(key, 4, 0, List.of(1L), List.of(1L)).op('s').stop();
      Path file = ZipBytes.torch(bytes, new byte[16]).write(folder.resolve("weights.pt"));
      assertRefused(() -> open(file))
          .hasMessageContaining("\"archive/data/" + key + "\", but there is no such entry");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ComplexFloatStorage", "QInt8Storage"})
  void aForeignTypeIsAnErrorOnlyIfItIsSelected(String storage) {
    PickleBytes pickle = new PickleBytes().op('}').text("module").op('}').text("weight");
    pickle.tensor("0", 4, 0, List.of(1L), List.of(1L)).ascii("ss").text("ema").ascii("}").text("o");
    pickle.global("torch._utils", "_rebuild_tensor_v2").op('(').storage(storage, "0", 2).whole(0);
    pickle.ascii("))").raw(0x89).call("collections", "OrderedDict").ascii("tRss");
    Path file = ZipBytes.torch(pickle.stop(), new byte[16]).write(folder.resolve("weights.pt"));
    TorchCheckpoint checkpoint = TorchCheckpoint.read(file, HostileFiles.REMEDY);
    assertThat(checkpoint.tensors(Unwrapping.transformer(LoadKey.MODULE)).tensors())
        .containsOnlyKeys("weight");
    assertRefused(() -> checkpoint.tensors(Unwrapping.transformer(LoadKey.EMA)))
        .hasMessageContaining("the tensor \"o\" has the element type")
        .hasMessageContaining("torch." + storage + ", which is not supported");
  }

  @Test
  void aUint32TensorIsAnErrorThatNamesIt() {
    PickleBytes pickle = new PickleBytes().op('}').text("indices");
    pickle.global("torch._utils", "_rebuild_tensor_v3").op('(');
    pickle.op('(').text("storage").global("torch.storage", "UntypedStorage").text("0").text("cpu");
    pickle.whole(16).ascii("tQ").whole(0).wholes(List.of(4L)).wholes(List.of(1L)).raw(0x89);
    pickle.call("collections", "OrderedDict").global("torch", "uint32").ascii("tRs");
    Path file = ZipBytes.torch(pickle.stop(), new byte[16]).write(folder.resolve("weights.pt"));
    assertRefused(() -> open(file))
        .hasMessageContaining("\"indices\"")
        .hasMessageContaining("torch.uint32, which is not supported");
  }
}
