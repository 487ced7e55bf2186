// Files of the real libraries: Python 3.11, NumPy 2.4, scikit-learn 1.9, joblib 1.6, cloudpickle 3.1. They are written by:
//
//   import io, pickle, zipfile, os
//   import joblib, numpy as np, cloudpickle
//   from sklearn.linear_model import LogisticRegression
//   x = np.array([[0.0], [1.0]]); model = LogisticRegression().fit(x, [0, 1])
//   class Hostile:
//       def __reduce__(self): return (os.system, ("true",))
//   files = {}
//   def add(name, write):
//       b = io.BytesIO(); write(b); files[name] = b.getvalue()
//   for p in range(6):
//       add(f"protocol{p}.pkl", lambda b: pickle.dump({"a": Hostile(), "b": np.float64(1.5)}, b, protocol=p))
//   add("model.pkl", lambda b: pickle.dump(model, b, protocol=4))
//   add("model.joblib", lambda b: joblib.dump({"model": model, "words": np.array(["a", "bc"]), "objects": np.array([1, "x"], dtype=object), "empty": np.zeros((0, 3))}, b))
//   add("compressed.joblib", lambda b: joblib.dump(model, b, compress=3))
//   add("lambda.pkl", lambda b: b.write(cloudpickle.dumps(lambda v: np.sum(v))))
//   add("array.npy", lambda b: np.save(b, np.zeros((2, 3), order="F")))
//   add("objects.npy", lambda b: np.save(b, np.array([1, "x", os.getcwd], dtype=object)))
//   add("arrays.npz", lambda b: np.savez_compressed(b, a=np.zeros(3), b=np.array([1, os.getcwd], dtype=object)))

const base64 = {
  "protocol0.pkl":
    "KGRwMApWYQpwMQpjcG9zaXgKc3lzdGVtCnAyCihWdHJ1ZQpwMwp0cDQKUnA1CnNWYgpwNgpjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpz" +
    "Y2FsYXIKcDcKKGNudW1weQpkdHlwZQpwOAooVmY4CnA5CkkwMApJMDEKdHAxMApScDExCihJMwpWPApwMTIKTk5OSS0xCkktMQpJMAp0" +
    "cDEzCmJjX2NvZGVjcwplbmNvZGUKcDE0CihWXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAw+D8KcDE1ClZsYXRpbjEK" +
    "cDE2CnRwMTcKUnAxOAp0cDE5ClJwMjAKcy4=",
  "protocol1.pkl":
    "fXEAKFgBAAAAYXEBY3Bvc2l4CnN5c3RlbQpxAihYBAAAAHRydWVxA3RxBFJxBVgBAAAAYnEGY251bXB5Ll9jb3JlLm11bHRpYXJyYXkK" +
    "c2NhbGFyCnEHKGNudW1weQpkdHlwZQpxCChYAgAAAGY4cQlJMDAKSTAxCnRxClJxCyhLA1gBAAAAPHEMTk5OSv////9K/////0sAdHEN" +
    "YmNfY29kZWNzCmVuY29kZQpxDihYCQAAAAAAAAAAAMO4P3EPWAYAAABsYXRpbjFxEHRxEVJxEnRxE1JxFHUu",
  "protocol2.pkl":
    "gAJ9cQAoWAEAAABhcQFjcG9zaXgKc3lzdGVtCnECWAQAAAB0cnVlcQOFcQRScQVYAQAAAGJxBmNudW1weS5fY29yZS5tdWx0aWFycmF5" +
    "CnNjYWxhcgpxB2NudW1weQpkdHlwZQpxCFgCAAAAZjhxCYmIh3EKUnELKEsDWAEAAAA8cQxOTk5K/////0r/////SwB0cQ1iY19jb2Rl" +
    "Y3MKZW5jb2RlCnEOWAkAAAAAAAAAAADDuD9xD1gGAAAAbGF0aW4xcRCGcRFScRKGcRNScRR1Lg==",
  "protocol3.pkl":
    "gAN9cQAoWAEAAABhcQFjcG9zaXgKc3lzdGVtCnECWAQAAAB0cnVlcQOFcQRScQVYAQAAAGJxBmNudW1weS5fY29yZS5tdWx0aWFycmF5" +
    "CnNjYWxhcgpxB2NudW1weQpkdHlwZQpxCFgCAAAAZjhxCYmIh3EKUnELKEsDWAEAAAA8cQxOTk5K/////0r/////SwB0cQ1iQwgAAAAA" +
    "AAD4P3EOhnEPUnEQdS4=",
  "protocol4.pkl":
    "gASVlAAAAAAAAAB9lCiMAWGUjAVwb3NpeJSMBnN5c3RlbZSTlIwEdHJ1ZZSFlFKUjAFilIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSM" +
    "BnNjYWxhcpSTlIwFbnVtcHmUjAVkdHlwZZSTlIwCZjiUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYkMIAAAAAAAA+D+UhpRS" +
    "lHUu",
  "protocol5.pkl":
    "gAWVlAAAAAAAAAB9lCiMAWGUjAVwb3NpeJSMBnN5c3RlbZSTlIwEdHJ1ZZSFlFKUjAFilIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSM" +
    "BnNjYWxhcpSTlIwFbnVtcHmUjAVkdHlwZZSTlIwCZjiUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYkMIAAAAAAAA+D+UhpRS" +
    "lHUu",
  "model.pkl":
    "gASVvQIAAAAAAACMHnNrbGVhcm4ubGluZWFyX21vZGVsLl9sb2dpc3RpY5SMEkxvZ2lzdGljUmVncmVzc2lvbpSTlCmBlH2UKIwHcGVu" +
    "YWx0eZSMCmRlcHJlY2F0ZWSUjAFDlEc/8AAAAAAAAIwIbDFfcmF0aW+URwAAAAAAAAAAjARkdWFslImMA3RvbJRHPxo24uscQy2MDWZp" +
    "dF9pbnRlcmNlcHSUiIwRaW50ZXJjZXB0X3NjYWxpbmeUSwGMDGNsYXNzX3dlaWdodJROjAxyYW5kb21fc3RhdGWUTowGc29sdmVylIwF" +
    "bGJmZ3OUjAhtYXhfaXRlcpRLZIwHdmVyYm9zZZRLAIwKd2FybV9zdGFydJSJjAZuX2pvYnOUTowObl9mZWF0dXJlc19pbl+USwGMCGNs" +
    "YXNzZXNflIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSH" +
    "lFKUKEsBSwKFlGgajAVkdHlwZZSTlIwCaTiUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYolDEAAAAAAAAAAAAQAAAAAAAACU" +
    "dJRijAduX2l0ZXJflGgZaBxLAIWUaB6HlFKUKEsBSwGFlGgjjAJpNJSJiIeUUpQoSwNoJ05OTkr/////Sv////9LAHSUYolDBAQAAACU" +
    "dJRijAVjb2VmX5RoGWgcSwCFlGgeh5RSlChLAUsBSwGGlGgjjAJmOJSJiIeUUpQoSwNoJ05OTkr/////Sv////9LAHSUYolDCGNhdUIZ" +
    "ddw/lHSUYowKaW50ZXJjZXB0X5RoGWgcSwCFlGgeh5RSlChLAUsBhZRoPYlDCL38JC8Rdcy/lHSUYowQX3NrbGVhcm5fdmVyc2lvbpSM" +
    "BTEuOS4xlHViLg==",
  "model.joblib":
    "gASVDgIAAAAAAAB9lCiMBW1vZGVslIwec2tsZWFybi5saW5lYXJfbW9kZWwuX2xvZ2lzdGljlIwSTG9naXN0aWNSZWdyZXNzaW9ulJOU" +
    "KYGUfZQojAdwZW5hbHR5lIwKZGVwcmVjYXRlZJSMAUOURz/wAAAAAAAAjAhsMV9yYXRpb5RHAAAAAAAAAACMBGR1YWyUiYwDdG9slEc/" +
    "Gjbi6xxDLYwNZml0X2ludGVyY2VwdJSIjBFpbnRlcmNlcHRfc2NhbGluZ5RLAYwMY2xhc3Nfd2VpZ2h0lE6MDHJhbmRvbV9zdGF0ZZRO" +
    "jAZzb2x2ZXKUjAVsYmZnc5SMCG1heF9pdGVylEtkjAd2ZXJib3NllEsAjAp3YXJtX3N0YXJ0lImMBm5fam9ic5ROjA5uX2ZlYXR1cmVz" +
    "X2luX5RLAYwIY2xhc3Nlc1+UjBNqb2JsaWIubnVtcHlfcGlja2xllIwRTnVtcHlBcnJheVdyYXBwZXKUk5QpgZR9lCiMCHN1YmNsYXNz" +
    "lIwFbnVtcHmUjAduZGFycmF5lJOUjAVzaGFwZZRLAoWUjAVvcmRlcpRoCYwFZHR5cGWUaB+MBWR0eXBllJOUjAJpOJSJiIeUUpQoSwOM" +
    "ATyUTk5OSv////9K/////0sAdJRijAphbGxvd19tbWFwlIiMG251bXB5X2FycmF5X2FsaWdubWVudF9ieXRlc5RLEHViBv///////wAA" +
    "AAAAAAAAAQAAAAAAAACVTwAAAAAAAACMB25faXRlcl+UaBspgZR9lChoHmghaCJLAYWUaCRoCWglaCeMAmk0lImIh5RSlChLA2grTk5O" +
    "Sv////9K/////0sAdJRiaC2IaC5LEHViB/////////8EAAAAlU8AAAAAAAAAjAVjb2VmX5RoGymBlH2UKGgeaCFoIksBSwGGlGgkaAlo" +
    "JWgnjAJmOJSJiIeUUpQoSwNoK05OTkr/////Sv////9LAHSUYmgtiGguSxB1YgP///9jYXVCGXXcP5UwAAAAAAAAAIwKaW50ZXJjZXB0" +
    "X5RoGymBlH2UKGgeaCFoIksBhZRoJGgJaCVoPWgtiGguSxB1Yg7//////////////////738JC8Rdcy/lWQAAAAAAAAAjBBfc2tsZWFy" +
    "bl92ZXJzaW9ulIwFMS45LjGUdWKMBXdvcmRzlGgbKYGUfZQoaB5oIWgiSwKFlGgkaAloJWgnjAJVMpSJiIeUUpQoSwNoK05OTksISwRL" +
    "CHSUYmgtiGguSxB1Ygr/////////////YQAAAAAAAABiAAAAYwAAAJVRAAAAAAAAAIwHb2JqZWN0c5RoGymBlH2UKGgeaCFoIksChZRo" +
    "JGgJaCVoJ4wCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYmgtiWguSxB1YoAFlZAAAAAAAAAAjBZudW1weS5fY29yZS5t" +
    "dWx0aWFycmF5lIwMX3JlY29uc3RydWN0lJOUjAVudW1weZSMB25kYXJyYXmUk5RLAIWUQwFilIeUUpQoSwFLAoWUaAOMBWR0eXBllJOU" +
    "jAJPOJSJiIeUUpQoSwOMAXyUTk5OSv////9K/////0s/dJRiiV2UKEsBjAF4lGV0lGIulS0AAAAAAAAAjAVlbXB0eZRoGymBlH2UKGge" +
    "aCFoIksASwOGlGgkaAloJWg9aC2IaC5LEHViBP////91Lg==",
  "compressed.joblib":
    "eF59U81qFEEQ3tmfzLLEkOgpGqP4Awnq6IKIohA0h4AjK+TisemZ6Z0e7ekeuntc9yDoIbqBvln7OOIL+AievHrxAYRYO/sXCFqH7qru" +
    "qvq+qur+0Bw36rVK3LZ5IxjVMhCZxJ3kKmEiIEKlmbFZDO78i5l6yFLNjMmUhC+w+xHew47zCyapsENwnYQVmsXUsgSctw8He79nCG3R" +
    "JZraTMHB9ARRm0lJBRy7hlUCXS8++Plra/+OO9fPLMmkZTpmhYWR21gYxMQUKaYQem41FtQYMmBZyi303KqmMlE5MRbh0V4xSrxlGlxL" +
    "RP3UgGvn9B3JMC2EifPxKlKGQVhznQHVVZy2yGZFktcqMphhTZI+o7bEgpEPmYC2K1C0wV1AL5FFgSzzYkiKLMYWgtvoTcynWtPhK02L" +
    "AtEWfWqbMqrikVMVBc6XCZ34opNrGU4LJFQ/Ql3pBEO571qJHeIpvzzX0LOePYTj0Wc4hJ2w4bwn0Ov1np+gVEtYsxC5DhVCDUie0wJb" +
    "eGnKssIi2MJU5kxaEg0tMxCul5F3Mh+LN1PGL+dz8mXVNgJ8czpxvsWv8KuhdwT8Gvf5dX4TKd1fUuK7ZwnxWyN+e4LkTziiNDH9EqMV" +
    "K9Y/ixB6n05h9E+V/V+MBuaPaflss/yxN743r6OzfEf/LuXxgujajOhs+/rnxt2N8vu38fY83zqZfRuCj6n6Eq7VDR4FXSij4C9E7kz4",
  "lambda.pkl":
    "gAWVPgIAAAAAAACMF2Nsb3VkcGlja2xlLmNsb3VkcGlja2xllIwOX21ha2VfZnVuY3Rpb26Uk5QoaACMDV9idWlsdGluX3R5cGWUk5SM" +
    "CENvZGVUeXBllIWUUpQoSwFLAEsASwFLA0sTQyqXAHQBAAAAAAAAAAAAAGoBAAAAAAAAAAB8AKYBAACrAQAAAAAAAAAAUwCUToWUjAJu" +
    "cJSMA3N1bZSGlIwBdpSFlIwPL3RtcC9tYWtlZml4LnB5lIwIPGxhbWJkYT6UjBo8bGFtYmRhPi48bG9jYWxzPi48bGFtYmRhPpRLD0MO" +
    "gADFAsQGwHHBCcQJgACUQwCUKSl0lFKUfZQojAtfX3BhY2thZ2VfX5ROjAhfX25hbWVfX5SMCF9fbWFpbl9flIwIX19maWxlX1+UaA91" +
    "Tk5OdJRSlGgAjBJfZnVuY3Rpb25fc2V0c3RhdGWUk5RoHH2UfZQoaBiMCDxsYW1iZGE+lIwMX19xdWFsbmFtZV9flIwaPGxhbWJkYT4u" +
    "PGxvY2Fscz4uPGxhbWJkYT6UjA9fX2Fubm90YXRpb25zX1+UfZSMDl9fa3dkZWZhdWx0c19flE6MDF9fZGVmYXVsdHNfX5ROjApfX21v" +
    "ZHVsZV9flGgZjAdfX2RvY19flE6MC19fY2xvc3VyZV9flE6MF19jbG91ZHBpY2tsZV9zdWJtb2R1bGVzlF2UjAtfX2dsb2JhbHNfX5R9" +
    "lGgKaACMCXN1YmltcG9ydJSTlIwFbnVtcHmUhZRSlHN1hpSGUjAu",
  "array.npy":
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAg" +
    "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
    "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  "objects.npy":
    "k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAgICAgICAgICAg" +
    "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJWjAAAAAAAAAIwWbnVtcHkuX2NvcmUubXVs" +
    "dGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwOFlGgDjAVkdHlwZZSTlIwC" +
    "TziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYoldlChLAYwBeJSMBXBvc2l4lIwGZ2V0Y3dklJOUZXSUYi4=",
  "arrays.npz":
    "UEsDBC0AAAAIAAAAIQAu4/m8//////////8FABQAYS5ucHkBABAAmAAAAAAAAABHAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6T" +
    "ZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GHAAAUEsDBC0AAAAIAAAAIQBB2m+q//////////8FABQA" +
    "Yi5ucHkBABAAKgEAAAAAAADVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF7jr66joJ6WX1RSlJgXn1+UkgoSdkvMKU4FihdnJBak" +
    "AvkaRjqaOgq1CpQArgaWqfMZIKBHLK80t6BSLz45vyhVL7c0pyQzsagosXJKD098UWpyfl5xSVFpcsmUyVN6WMEqp/Sw56VAlEye4s3Q" +
    "OsWZMWlK+5SgKRrejN5MrVMymHtYU0oqC1JBWpj8LaZ0dkBkmXsYa6b4+fl5/QcCMOFtXzIlqTMWpLOHtSC/OLNiSg9bempJcnkKUHMq" +
    "UFIPAFBLAQItAy0AAAAIAAAAIQAu4/m8RwAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAABhLm5weVBLAQItAy0AAAAIAAAAIQBB2m+q1QAA" +
    "ACoBAAAFAAAAAAAAAAAAAACAAX4AAABiLm5weVBLBQYAAAAAAgACAGYAAACKAQAAAAA=",
};

export type RealFileName = keyof typeof base64;

export const realFileNames = Object.keys(base64) as RealFileName[];

export function realFile(name: RealFileName): Uint8Array {
  return new Uint8Array(Buffer.from(base64[name], "base64"));
}
