package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.REMEDY;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where in a file the weights are, by the rules of those who wrote it. */
class UnwrappingTest {

  private static final Unwrapping MODULE = Unwrapping.transformer(LoadKey.MODULE);
  private static final Unwrapping EMA = Unwrapping.transformer(LoadKey.EMA);

  @TempDir private Path folder;

  private static String tensor(String key) {
    return new PickleEntry(key).with(pickle -> pickle.tensor("0", 1, 0, List.of(1L), List.of(1L)));
  }

  private static String dictionary(String key, String... entries) {
    return new PickleEntry(key).with(pickle -> pickle.op('}').ascii(String.join("", entries)));
  }

  private static String number(String key) {
    return new PickleEntry(key).with(pickle -> pickle.whole(7));
  }

  /** A key, a value, and the opcode that puts both into the dictionary before. */
  private record PickleEntry(String key) {

    interface Value {
      void write(PickleBytes pickle);
    }

    String with(Value value) {
      PickleBytes pickle = new PickleBytes().text(key);
      value.write(pickle);
      byte[] bytes = pickle.op('s').unfinished();
      return new String(bytes, 2, bytes.length - 2, StandardCharsets.ISO_8859_1);
    }
  }

  private TorchCheckpoint checkpoint(String... entries) {
    byte[] pickle = new PickleBytes().op('}').ascii(String.join("", entries)).stop();
    Path file = ZipBytes.torch(pickle, new byte[4]).write(folder.resolve("weights.pt"));
    return TorchCheckpoint.read(file, REMEDY);
  }

  private static Set<String> names(TorchCheckpoint checkpoint, Unwrapping unwrapping) {
    return checkpoint.tensors(unwrapping).tensors().keySet();
  }

  @Test
  void aTransformerIsBareUnlessTheFileHasTrainingStates() {
    assertThat(names(checkpoint(tensor("a.weight")), MODULE)).containsExactly("a.weight");
    assertThat(names(checkpoint(tensor("a.weight")), EMA)).containsExactly("a.weight");
    TorchCheckpoint states =
        checkpoint(
            dictionary("module", tensor("a")), dictionary("ema", tensor("b")), number("step"));
    assertThat(names(states, MODULE)).containsExactly("a");
    assertThat(names(states, EMA)).containsExactly("b");
  }

  @Test
  void aLoadKeyThatTheFileLacksOrThatHoldsNoWeightsIsNamedWithTheKeysThatThereAre() {
    TorchCheckpoint averaged = checkpoint(dictionary("ema", tensor("b")), number("step"));
    assertRefused(() -> averaged.tensors(MODULE))
        .hasMessageContaining("no key \"module\"")
        .hasMessageContaining("the file has the keys ema, step");
    TorchCheckpoint unfinished = checkpoint(dictionary("module", tensor("a")), number("ema"));
    assertRefused(() -> unfinished.tensors(EMA))
        .hasMessageContaining("under the load key \"ema\" is no dictionary of weights, but 7");
  }

  @Test
  void wrappersOfConvertersAreTakenOffInTheirOrder() {
    TorchCheckpoint wrapped =
        checkpoint(
            dictionary("model", dictionary("state_dict", tensor("a")), number("version")),
            tensor("b"));
    assertThat(names(wrapped, MODULE)).containsExactly("a");
    assertThat(names(checkpoint(tensor("model"), tensor("state_dict")), MODULE))
        .containsExactly("model", "state_dict");
  }

  @Test
  void aVaeLosesItsWrapperAndItsPrefix() {
    assertThat(names(checkpoint(tensor("encoder.a")), Unwrapping.vae()))
        .containsExactly("encoder.a");
    TorchCheckpoint wrapped =
        checkpoint(
            dictionary("state_dict", tensor("vae.encoder.vae.a"), tensor("loss.b"), number("c")),
            number("epoch"));
    assertThat(names(wrapped, Unwrapping.vae())).containsExactly("encoder.vae.a");
  }

  @Test
  void metadataAmongTheWeightsIsLeftOutAndAnythingElseNamed() {
    TorchCheckpoint metadata =
        checkpoint(tensor("a"), dictionary("_metadata"), number("layer.0._extra_state"));
    assertThat(names(metadata, Unwrapping.none())).containsExactly("a");
    TorchCheckpoint foreign = checkpoint(tensor("a"), number("learning_rate"));
    assertRefused(() -> foreign.tensors(Unwrapping.none()))
        .hasMessageContaining("\"learning_rate\" among the weights is no tensor, but 7")
        .hasMessageContaining("the file has the keys a, learning_rate");
  }

  @Test
  void namesThatAreNoTextsAreNoStateDictionary() {
    assertRefused(() -> checkpoint(tensor("a"), "K\1Ns").tensors(Unwrapping.none()))
        .hasMessageContaining("1 names among the weights are no texts");
  }

  @Test
  void aDictionaryThatContainsItselfIsNotFollowed() {
    TorchCheckpoint itself = checkpoint("q\0X\5\0\0\0modelh\0s");
    assertRefused(() -> itself.tensors(MODULE))
        .hasMessageContaining("\"model\" among the weights is no tensor, but a dictionary of 1");
  }

  @Test
  void aFileWithoutDictionaryIsRefused() {
    byte[] list = new PickleBytes().op(']').stop();
    Path file = ZipBytes.torch(list).write(folder.resolve("weights.pt"));
    assertRefused(() -> TorchCheckpoint.read(file, REMEDY))
        .hasMessageContaining("data.pkl holds no dictionary, but a list of 0");
  }

  @Test
  void anEmptyDictionaryHoldsNoTensors() {
    assertThat(names(checkpoint(), MODULE)).isEmpty();
  }
}
